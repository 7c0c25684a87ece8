import type { Settings } from './settings';

/** The API key as a response repeats it. `escaped` stays escaped in JSON, as in a response within a response. */
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

/** Whether a text contains the key, in any of the forms in which a response repeats it. */
export const showsKey = (text: string, key: string): boolean => plain(text).includes(plain(key));
