/** An address in the form in which it is sent and compared, or what is wrong with it. */
type EmailReading = { address: string } | { problem: string; advice?: string };

const LONGEST_ADDRESS = 254;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** `Name <anna@example.com>` as mail programs write it, the name in quotes or without special characters. */
const NAMED = /^(?:"[^"<>]*"|[^"<>@,;]*)\s*<([^<>]*)>$/;

const NOTHING_AROUND = /^[^\s<:]*[^\s<:.,;]$/;

/** The address alone, without what mail programs and lists put around it. */
function bare(text: string): string {
	if (NOTHING_AROUND.test(text)) return text;
	const one = text.replace(/[\s,;]+$/, '');
	const [, inside] = NAMED.exec(one) ?? [];
	return (inside ?? one)
		.trim()
		.replace(/^mailto:\s*/i, '')
		.replace(/[\s.,;]+$/, '');
}

/** A domain with letters such as ü in the form that goes over the wire: `xn--…`. Undefined when it is none. */
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
	`it has ${length} characters, and at most ${LONGEST_ADDRESS} are allowed`;

/**
 * Reads one email address as Netigate accepts it: lower case, no spaces, no letters such as å, ä or ö
 * (contract: "The platform around the API"). A domain with such letters is given in its plain form.
 */
export function readEmail(text: string): EmailReading {
	const address = bare(text).toLowerCase();
	if (address.length > LONGEST_ADDRESS) return { problem: tooLong(address) };
	const parts = address.split('@');
	if (parts.length < 2) return { problem: 'it has no @' };
	if (parts.length > 2)
		return {
			problem: /[\s,;<>]/.test(address)
				? 'it has more than one @, so it seems to contain several addresses'
				: 'it has more than one @',
		};
	if (/\s/.test(address)) return { problem: 'it contains a space' };
	const [local] = parts;
	if (/[^\x21-\x7e]/.test(local)) {
		return {
			problem: "Netigate doesn't accept letters such as å, ä, ö or ü before the @",
			advice: 'Ask the person for an address without such letters.',
		};
	}
	if (!LOCAL_PART.test(local) || local.length > 64)
		return { problem: "the part before the @ isn't valid" };
	const domain = plainDomain(parts[1]);
	if (domain?.includes('.') === false)
		return { problem: 'the part after the @ has no dot, e.g. example.com' };
	if (domain === undefined || !DOMAIN.test(domain))
		return { problem: "the part after the @ isn't a domain name" };
	const whole = domain === parts[1] ? address : `${local}@${domain}`;
	return whole.length > LONGEST_ADDRESS ? { problem: tooLong(whole) } : { address: whole };
}
