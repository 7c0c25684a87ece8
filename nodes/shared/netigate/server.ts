import { InputError } from './errors';

/** The `netigateApi` credential. */
export interface NetigateCredential {
	apiKey: string;
	server: 'se' | 'de' | 'custom';
	baseUrl?: string;
	defaultCountry?: string;
}

/** The credential's country for national phone numbers in capital letters, or empty. */
export const countryOf = ({ defaultCountry }: Partial<NetigateCredential>): string =>
	(defaultCountry ?? '').trim().toUpperCase();

const SERVERS = {
	se: 'https://www.netigate.se/api/v1.2',
	de: 'https://www.ntgt.de/api/v1.2',
} as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** The base URL without a trailing slash. @throws InputError if the URL isn't valid or would expose the key */
export function baseUrlOf(credential: Partial<NetigateCredential>): string {
	if (credential.server !== 'custom') return SERVERS[credential.server ?? 'se'] ?? SERVERS.se;
	const text = (credential.baseUrl ?? '').trim().replace(/\/+$/, '');
	const [, scheme, host] =
		/^(https?):\/\/(\[[^\]]*\]|[^/:?#@\s]+)(?::\d+)?(?:\/[^\s?#]*)?$/i.exec(text) ?? [];
	if (!scheme) {
		throw new InputError(
			`The base URL "${text}" in the Netigate credential isn't a complete web address`,
			'Enter the full base URL, e.g. https://www.netigate.se/api/v1.2, without a user name, "?" or "#".',
		);
	}
	if (/^http$/i.test(scheme) && !LOOPBACK.test(host)) {
		throw new InputError(
			'The base URL in the Netigate credential starts with http://, so the API key would be sent unencrypted',
			'Use https://. Only an address on the same machine, such as 127.0.0.1, may use http://.',
		);
	}
	return text;
}

/** A hint for the base URL of a version of the API that Netigate has announced to end. */
export function oldVersionHint(credential: Partial<NetigateCredential>): string | undefined {
	const [version] = /(?<=\/)v1\.[01]$/i.exec(baseUrlOf(credential)) ?? [];
	if (!version) return undefined;
	return `The base URL in the Netigate credential ends in ${version}, a version that Netigate announced to end after 2020. Use v1.2 instead.`;
}

/** Removes the API key from the text of a response or error, in case it contains the key. */
export function withoutKey(text: string, { apiKey }: Partial<NetigateCredential>): string {
	const key = (apiKey ?? '').trim();
	// A real key is a GUID. A short one could be part of ordinary words.
	if (key.length < 8) return text;
	return [key, key.toLowerCase(), key.toUpperCase()].reduce(
		(left, form) => left.replaceAll(form, '[API key]'),
		text,
	);
}
