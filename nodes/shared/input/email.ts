import { withoutEnd } from '../basics/plainText';
import { describeValue, type Problem } from './text';

const MAX_ADDRESS_LENGTH = 254;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Matches `Name <anna@example.com>` if the name is quoted or has no special characters. */
const NAMED = /^("[^"<>]*"\s*|[^"<>,;]*)<([^<>]*)>$/;

const NOTHING_AROUND = /^[^\s<:]*[^\s<:.,;]$/;

/** Removes a name, `mailto:` and surrounding separators from an address. */
function bare(text: string): string {
	if (NOTHING_AROUND.test(text)) return text;
	const single = withoutEnd(text, ' ,;');
	const [, name = '', inside = single] = NAMED.exec(single) ?? [];
	const isName = name.startsWith('"') || !name.includes('@') || name.trim() === inside.trim();
	const address = (isName ? inside : single).trim().replace(/^mailto:\s*/i, '');
	return withoutEnd(address, ' .,;');
}

/** Converts a domain with letters such as ü to its ASCII form (`xn--…`). @returns undefined if it isn't a domain */
function plainDomain(domain: string): string | undefined {
	if (!/[^\x21-\x7e]/.test(domain)) return domain;
	if (!/^[\p{L}\p{N}\p{M}.-]+$/u.test(domain)) return undefined;
	try {
		return new URL(`http://${domain}`).hostname;
	} catch {
		return undefined;
	}
}

const tooLong = ({ length }: string) =>
	`it has ${length} characters, but at most ${MAX_ADDRESS_LENGTH} are allowed`;

/**
 * Converts an email address to the form that Netigate accepts: lowercase, no spaces, no letters such as å, ä or ö
 * before the @ (contract: "The platform around the API"). The domain is converted to its ASCII form.
 */
export function readEmail(text: string): { address: string } | Problem {
	const refused = (why: string, advice = 'Check the email address.') => ({
		problem: `${describeValue(text)} isn't a valid email address: ${why}`,
		advice,
	});
	const address = bare(text).toLowerCase();
	if (address.length > MAX_ADDRESS_LENGTH) return refused(tooLong(address));
	const parts = address.split('@');
	if (parts.length < 2) return refused('it has no @');
	const seemsSeveral = /[\s,;<>]/.test(address) ? ', so it seems to contain several addresses' : '';
	if (parts.length > 2) return refused(`it has more than one @${seemsSeveral}`);
	if (/\s/.test(address)) return refused('it contains a space');
	const [local] = parts;
	if (/[^\x21-\x7e]/.test(local))
		return refused(
			"Netigate doesn't accept letters such as å, ä, ö or ü before the @",
			'Ask the person for an address without such letters.',
		);
	if (!LOCAL_PART.test(local) || local.length > 64)
		return refused("the part before the @ isn't valid");
	const domain = plainDomain(parts[1]);
	if (domain?.includes('.') === false)
		return refused('the part after the @ has no dot, e.g. example.com');
	if (domain === undefined || !DOMAIN.test(domain))
		return refused("the part after the @ isn't a domain name");
	const plain = `${local}@${domain}`;
	return plain.length > MAX_ADDRESS_LENGTH ? refused(tooLong(plain)) : { address: plain };
}
