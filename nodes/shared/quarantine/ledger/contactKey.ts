import { createHash, createHmac, createSecretKey, randomBytes } from 'crypto';
import { getOrAdd } from '../../basics/lists';

export type ContactKey = ReturnType<typeof contactKey>;

/** The key used to hash contacts. It is derived from a secret and never stored. */
export function contactKey(secret: string) {
	const key = createSecretKey(
		createHash('sha256').update(`netigate-quarantine:${secret}`).digest(),
	);
	const hmac = (text: string) => createHmac('sha256', key).update(text);
	/** The secret prefix per survey. A plain hash with a secret prefix takes half the time of an HMAC. */
	const samples = new Map<string, string>();
	const sampleOf = (surveyId: string) =>
		getOrAdd(samples, surveyId, () => hmac(`sample\0${surveyId}`).digest('base64url'));
	return {
		/** HMAC-SHA256 of a normalized contact, base64url, 43 characters. */
		hash: (contact: string) => hmac(contact).digest('base64url'),
		/**
		 * A number from 0 up to but not including 1, always the same for this contact and survey.
		 * @param contact the hash of the contact
		 */
		share: (contact: string, surveyId: string) => {
			const text = `${sampleOf(surveyId)}${contact}`;
			// The first 52 bits, because a JavaScript number holds at most 53 exactly.
			const bits = createHash('sha256').update(text).digest('hex').slice(0, 13);
			return parseInt(bits, 16) / 2 ** 52;
		},
		/** Identifies the key without revealing it. */
		fingerprint: hmac('fingerprint').digest('hex').slice(0, 16),
	};
}

/** What to do about a table or ledger that was written with another key. */
export const KEY_ADVICE =
	"Use a credential with the 'Hash Secret' it was written with, or leave the secret empty if there was none. If another n8n instance wrote it without a secret, enter that instance's ID as the secret (Help > About n8n).";

export function shortHash(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

export function nonce(): string {
	return randomBytes(9).toString('base64url');
}
