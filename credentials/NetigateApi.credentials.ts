import type { IAuthenticateGeneric, ICredentialType, INodeProperties } from 'n8n-workflow';

export class NetigateApi implements ICredentialType {
	name = 'netigateApi';

	displayName = 'Netigate API';

	icon = { light: 'file:netigate.svg', dark: 'file:netigate.dark.svg' } as const;

	documentationUrl =
		'https://github.com/n8n-nodes-netigate/n8n-nodes-netigate/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. 00000000-0000-4000-8000-000000000000',
			description: 'The token from your Netigate account manager',
		},
		{
			displayName: 'Server',
			name: 'server',
			type: 'options',
			default: 'se',
			description: 'Where you log in to Netigate. Each account exists on only one server.',
			options: [
				// Netigate's own servers come first. The last option is for testing.
				{ name: 'DACH Server (Log in at ntgt.de)', value: 'de' },
				{ name: 'Azure Server (Log in at netigate.se)', value: 'se' },
				{ name: 'Custom', value: 'custom' },
			],
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. http://127.0.0.1:4010/api/v1.2',
			description:
				'The full base URL of the API, e.g. the URL of the local sandbox. It must start with https:// unless the API runs on this machine.',
			displayOptions: { show: { server: ['custom'] } },
		},
		{
			displayName: 'Default Country',
			name: 'defaultCountry',
			type: 'string',
			default: '',
			placeholder: 'e.g. SE',
			description:
				'Two-letter code of the country to assume for phone numbers without a country code. Leave empty to reject such numbers.',
		},
		// Add and Sync read the secret from this credential, because n8n can't run a declarative node with a second
		// credential as an AI agent's tool.
		{
			displayName: 'Hash Secret',
			name: 'hashSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The key used to hash contacts in the quarantine and in list sync, at least 20 random characters, e.g. the output of "openssl rand -base64 32". Leave empty to use the ID of this n8n instance, which isn\'t secret. Set it before the first run and keep a copy, because contacts hashed with another key aren\'t recognized.',
		},
		// n8n adds these two fields itself, but with All as the default. With All, everyone who may use the
		// credential can send the key to any address.
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'options',
			default: 'none',
			description:
				'Control which domains this credential can be used with in HTTP Request or GraphQL nodes. These nodes can show the API key to everyone who may use the credential. The Netigate nodes need none.',
			options: [
				{
					name: 'All',
					value: 'all',
					description: 'Allow all requests when used in the HTTP Request or GraphQL node',
				},
				{
					name: 'None',
					value: 'none',
					description: 'Block all requests when used in the HTTP Request or GraphQL node',
				},
				{
					name: 'Specific Domains',
					value: 'domains',
					description: 'Restrict requests to specific domains',
				},
			],
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'string',
			default: '',
			placeholder: 'e.g. example.com, *.subdomain.com',
			description: 'Comma-separated list of allowed domains (supports wildcards with *)',
			displayOptions: { show: { allowedHttpRequestDomains: ['domains'] } },
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-API-KEY': '={{ $credentials.apiKey.trim() }}' } },
	};
}
