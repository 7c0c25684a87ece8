import { createHash, createHmac, createSecretKey, randomBytes } from 'crypto';

/** Turns contacts into what the ledger stores instead of them. */
export interface ContactKey {
	/** HMAC-SHA256 of a normalised contact, base64url, 43 characters. */
	hash(contact: string): string;
	/** Tells keys apart without giving them away. */
	fingerprint: string;
}

/**
 * The key of the hashes. It is made from a secret of the user's, or else from the ID of this n8n instance,
 * and never stored. So a ledger that was copied to another n8n does not fit there until somebody enters
 * the first one's secret, or its instance ID, on purpose.
 */
export function contactKey(secret: string): ContactKey {
	const key = createSecretKey(
		createHash('sha256').update(`netigate-quarantine:${secret}`).digest(),
	);
	return {
		hash: (contact) => createHmac('sha256', key).update(contact).digest('base64url'),
		fingerprint: createHmac('sha256', key).update('fingerprint').digest('hex').slice(0, 16),
	};
}

/** A short name for something long, for tokens. */
export function shortHash(...parts: string[]): string {
	return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 8);
}

/** Never the same twice. */
export function nonce(): string {
	return randomBytes(9).toString('base64url');
}
