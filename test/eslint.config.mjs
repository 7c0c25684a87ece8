import config from '../eslint.config.mjs';

// Tests, the sandbox and the commands are development code: they never run inside n8n, so the rules
// about what a node may import or touch do not bind them. Nodes and credentials get all, by n8n's own
// configuration at the top, which its strict check wants unchanged.
export default [
	...config,
	{
		files: ['**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-imports': 'off',
			'@n8n/community-nodes/no-restricted-globals': 'off',
			'@n8n/community-nodes/node-usable-as-tool': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'no-console': 'off',
		},
	},
];
