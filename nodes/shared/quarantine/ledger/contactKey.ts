import { createHash, createHmac, createSecretKey, randomBytes } from 'crypto';

/** Turns contacts into what the ledger stores instead of them. */
export interface ContactKey {
	/** HMAC-SHA256 of a normalized contact, base64url, 43 characters. */
	hash(contact: string): string;
	/** Tells keys apart without revealing them. */
	fingerprint: string;
}

/**
 * The key of the hashes, made from the user's secret or the id of this n8n instance, and never stored. So a
 * ledger copied to another n8n only works there once someone enters the first one's secret or instance id.
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

/** A short text for long ones, for tokens. */
export function shortHash(...parts: string[]): string {
	return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 8);
}

/** Never the same twice. */
export function nonce(): string {
	return randomBytes(9).toString('base64url');
}
