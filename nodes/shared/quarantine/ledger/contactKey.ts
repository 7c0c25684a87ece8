import { createHash, createHmac, createSecretKey, randomBytes } from 'crypto';

export interface ContactKey {
	/** HMAC-SHA256 of a normalized contact, base64url, 43 characters. */
	hash(contact: string): string;
	/**
	 * A number from 0 up to but not including 1, always the same for this contact and survey.
	 * @param contact the hash of the contact
	 */
	share(contact: string, surveyId: string): number;
	/** Identifies the key without revealing it. */
	fingerprint: string;
}

/** The key used to hash contacts. It is derived from a secret and never stored. */
export function contactKey(secret: string): ContactKey {
	const key = createSecretKey(
		createHash('sha256').update(`netigate-quarantine:${secret}`).digest(),
	);
	return {
		hash: (contact) => createHmac('sha256', key).update(contact).digest('base64url'),
		share: (contact, surveyId) => {
			const hash = createHmac('sha256', key).update(`sample\0${contact}\0${surveyId}`).digest();
			// The first 53 bits, because a JavaScript number can't hold more exactly.
			return (hash.readUInt32BE(0) * 2 ** 21 + (hash.readUInt32BE(4) >>> 11)) / 2 ** 53;
		},
		fingerprint: createHmac('sha256', key).update('fingerprint').digest('hex').slice(0, 16),
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
