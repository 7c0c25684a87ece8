import type { IExecuteFunctions } from 'n8n-workflow';
import { RunError } from '../netigate/errors';

/** The credential that contains only a secret, for the quarantine node. */
export const HASH_SECRET_CREDENTIAL = 'netigateHashSecretApi';

/** Someone who has the ledger can try out shorter secrets. */
const SHORTEST_SECRET = 20;

interface SecretCredential {
	hashSecret?: unknown;
}

/** The secret in a credential, or an empty string if it has none. @throws RunError if it isn't valid */
export function secretIn({ hashSecret = '' }: SecretCredential): string {
	if (typeof hashSecret !== 'string') {
		throw new RunError(
			"'Hash Secret' in the credential isn't text",
			'Enter the secret as text, or check its expression in the credential.',
		);
	}
	const secret = hashSecret.trim();
	if (secret !== '' && secret.length < SHORTEST_SECRET) {
		throw new RunError(
			`'Hash Secret' in the credential is shorter than ${SHORTEST_SECRET} characters`,
			'Generate a longer one, e.g. with "openssl rand -base64 32" or a password manager.',
		);
	}
	return secret;
}

/** The secret in the Netigate Hash Secret credential. @throws RunError if it isn't valid */
export function onlySecretIn(credential: SecretCredential): string {
	const secret = secretIn(credential);
	if (secret !== '') return secret;
	throw new RunError(
		"'Hash Secret' in the credential is empty",
		'Enter the secret, or choose no Netigate Hash Secret credential.',
	);
}

/**
 * The secret from which the key for hashing contacts is derived. Without one, it is the ID of the n8n instance,
 * which n8n writes into exported workflows.
 * @throws RunError if the credential's secret isn't valid
 */
export function hashSecretOf(
	context: IExecuteFunctions,
	credential: SecretCredential = {},
): string {
	return secretIn(credential) || context.getInstanceId();
}
