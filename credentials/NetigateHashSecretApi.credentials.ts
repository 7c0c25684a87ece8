import type { ICredentialType, INodeProperties } from 'n8n-workflow';

export class NetigateHashSecretApi implements ICredentialType {
	name = 'netigateHashSecretApi';

	displayName = 'Netigate Hash Secret API';

	icon = { light: 'file:netigate.svg', dark: 'file:netigate.dark.svg' } as const;

	documentationUrl =
		'https://github.com/n8n-nodes-netigate/n8n-nodes-netigate/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Hash Secret',
			name: 'hashSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'The key used to hash contacts in the ledger, at least 20 random characters, e.g. the output of "openssl rand -base64 32". Keep a copy. If you lose or change it, the ledger can no longer be used.',
		},
	];
}
