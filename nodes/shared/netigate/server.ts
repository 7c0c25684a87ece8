import { createHmac } from 'crypto';
import { getOrAdd } from '../basics/lists';
import { withoutEnd } from '../basics/plainText';
import { SettingError } from './errors';

/** The `netigateApi` credential. */
export interface NetigateCredential {
	apiKey: string;
	server: 'se' | 'de' | 'custom';
	baseUrl?: string;
	defaultCountry?: string;
	hashSecret?: string;
}

/** The credential's country code for national phone numbers, in capital letters; empty if there is none. */
export const countryOf = ({ defaultCountry }: Partial<NetigateCredential>): string =>
	(defaultCountry ?? '').trim().toUpperCase();

const SERVERS = {
	se: 'https://www.netigate.se/api/v1.2',
	de: 'https://www.ntgt.de/api/v1.2',
} as const;

const BASE_URL = /^(https?):\/\/(\[[^\]]*\]|[^/:?#@\s]+)(?::\d+)?(?:\/[^\s?#]*)?$/i;
const MAX_URL_LENGTH = 2000;

/** The names and addresses of this machine, as in `URL.hostname`. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

export const isOnThisMachine = ({ hostname }: URL): boolean => LOOPBACK.test(hostname);

/** The host of an unusable address, for the error message. Other parts may contain a password. */
function hostIn(text: string): string {
	const readable = text.length <= MAX_URL_LENGTH && !text.includes('@') && URL.canParse(text);
	const host = readable ? new URL(text).host : '';
	return host && ` (${host})`;
}

/** The base URL without a trailing slash. @throws InputError if the URL isn't valid or would expose the key */
export function baseUrlOf(credential: Partial<NetigateCredential>): string {
	if (credential.server !== 'custom') return SERVERS[credential.server ?? 'se'] ?? SERVERS.se;
	const text = withoutEnd((credential.baseUrl ?? '').trim(), '/');
	const [, scheme, host] = (text.length <= MAX_URL_LENGTH && BASE_URL.exec(text)) || [];
	if (!scheme || !URL.canParse(text)) {
		throw new SettingError(
			`The base URL in the Netigate credential isn't a complete web address${hostIn(text)}`,
			'Enter the full base URL, e.g. https://www.netigate.se/api/v1.2, without a user name, "?" or "#".',
		);
	}
	if (/^http$/i.test(scheme) && !LOOPBACK.test(host)) {
		throw new SettingError(
			'The base URL in the Netigate credential starts with http://, so the API key would be sent unencrypted',
			'Use https://. Only an address on the same machine, such as 127.0.0.1, may use http://.',
		);
	}
	return text;
}

/** A hint about base URLs with an API version that Netigate planned to discontinue. */
export function oldVersionHint(credential: Partial<NetigateCredential>): string | undefined {
	const [version] = /(?<=\/)v1\.[01]$/i.exec(baseUrlOf(credential)) ?? [];
	if (!version) return undefined;
	return `The base URL in the Netigate credential ends in ${version}, a version that Netigate planned to discontinue after 2020. Use v1.2 instead.`;
}

const OWN_HOSTS = new Set(Object.values(SERVERS).map((url) => new URL(url).host));

/**
 * Identifies the server or account within which survey and list IDs are unique. On Netigate's own servers, this
 * is the host: its survey links contain only IDs, so presumably no accounts share an ID. On other servers, a mark
 * that identifies the account is added to the host.
 * @param secret keeps the mark from revealing the API key
 */
export function placeOf(credential: Partial<NetigateCredential>, secret: string): string {
	const { host } = new URL(baseUrlOf(credential));
	if (OWN_HOSTS.has(host)) return host;
	const key = (credential.apiKey ?? '').trim().toLowerCase();
	const mark = createHmac('sha256', `netigate-account:${secret}`).update(key).digest('base64url');
	return `${host} ${mark.slice(0, 8)}`;
}

/** One character of a key in either case, as it is or escaped (even twice) as in JSON, a URL or HTML. */
function inAnyForm(character: string): string {
	const codes = [...new Set([character.toLowerCase(), character.toUpperCase()])].map((one) =>
		one.charCodeAt(0),
	);
	const hex = `(?:${codes.map((code) => code.toString(16).padStart(2, '0')).join('|')})`;
	const literal = character.replace(/\W/, '\\$&');
	const html = `&(?:amp;){0,4}#0{0,5}(?:${codes.join('|')}|x0{0,5}${hex});?`;
	// Nested JSON has several backslashes. More than four would take too long to search for.
	const json = `\\\\{1,4}(?:(?:u00|x)${hex}|u\\{0{0,4}${hex}\\})`;
	const forms = `(?:${literal}|${json}|%(?:25){0,4}${hex}|${html})`;
	return character === '-' ? `${forms}*` : forms;
}

const keyPatterns = new Map<string, RegExp>();

/** Removes the API key from the text of a response or error, in case it contains the key. */
export function withoutKey(text: string, { apiKey }: Partial<NetigateCredential>): string {
	const key = (apiKey ?? '').trim();
	// A real key is a GUID. A short key could be part of ordinary words.
	if (key.replaceAll('-', '').length < 8) return text;
	const pattern = getOrAdd(
		keyPatterns,
		key,
		() =>
			new RegExp(
				[...key.replace(/^-+|-+$/g, '').replace(/-+/g, '-')].map(inAnyForm).join(''),
				'gi',
			),
	);
	return text.replace(pattern, '[API key]');
}
