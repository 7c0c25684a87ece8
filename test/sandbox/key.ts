import type { Settings } from './settings';

/** Forms in which a response can repeat the API key. `escaped` stays escaped in JSON, as in a nested response. */
export function keyAs(form: Settings['echoKey'], key: string): string {
	if (form === 'noDashes') return key.replaceAll('-', '');
	if (form !== 'escaped') return key;
	return [...key]
		.map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
		.join('');
}

const plain = (text: string) =>
	text
		.replace(/\\+u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replaceAll('-', '')
		.toLowerCase();

/** Whether a text contains the key in any of these forms. */
export const showsKey = (text: string, key: string): boolean => plain(text).includes(plain(key));
