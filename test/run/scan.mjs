/**
 * `node test/run/scan.mjs <folder>`: shows what n8n's scanner of community packages (`@n8n/scan-community-package`) would
 * find in an unpacked package and its sources. The scanner itself only checks published packages. Both ignore comments
 * that turn rules off.
 *
 * All rules of n8n's two plugins apply, including those that n8n's configuration turns off or only warns about.
 */
import process from 'node:process';
import { config } from '@n8n/node-cli/eslint';
import { ESLint } from 'eslint';
import { Refusal, runCommand } from './command.mjs';
import { root } from './paths.mjs';

/** @typedef {import('eslint').Linter.Config} Config */

const preset = /** @type {Config[]} */ (/** @type {unknown} */ (config));

/** @type {Record<string, import('eslint').ESLint.Plugin>} */
const plugins = Object.assign({}, ...preset.map((part) => part.plugins));

const { languageOptions } = /** @type {Config} */ (
	preset.find((part) => part.files?.includes('package.json') && part.languageOptions)
);

/** The other, newer plugin requires the opposite. */
const superseded = [
	'cred-class-field-documentation-url-miscased',
	'node-class-description-inputs-wrong-regular-node',
	'node-class-description-outputs-wrong',
];

/**
 * @param {string} plugin
 * @param {string} [beginning] of the names of its rules
 */
function rulesOf(plugin, beginning = '') {
	const names = Object.keys(plugins[plugin]?.rules ?? {}).filter(
		(name) => name.startsWith(beginning) && !superseded.includes(name),
	);
	if (names.length === 0) throw new Error(`n8n's lint has no plugin ${plugin} any more`);
	return Object.fromEntries(names.map((name) => [`${plugin}/${name}`, 'error']));
}

const community = rulesOf('@n8n/community-nodes');
const packageJson = { ...community, ...rulesOf('n8n-nodes-base', 'community-') };

/** @type {any[]} */
const ofSources = [
	...preset,
	{ files: ['nodes/**/*.ts'], rules: { ...community, ...rulesOf('n8n-nodes-base', 'node-') } },
	{
		files: ['credentials/**/*.ts'],
		rules: { ...community, ...rulesOf('n8n-nodes-base', 'cred-') },
	},
	{ files: ['package.json'], rules: packageJson },
];

/** @type {any[]} */
const ofPackage = [
	{ plugins },
	{ files: ['**/*.js'], rules: { ...community, 'no-console': 'error' } },
	{ files: ['package.json'], languageOptions, rules: packageJson },
];

/**
 * @param {string} folder
 * @param {any[]} overrideConfig
 * @param {string[]} files
 * @returns {Promise<string>} the findings, empty if there are none
 */
async function findings(folder, overrideConfig, files) {
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig,
	});
	const formatter = await eslint.loadFormatter('stylish');
	return await formatter.format(await eslint.lintFiles(files));
}

runCommand(async () => {
	const [, , folder] = process.argv;
	if (!folder) throw new Refusal('Name the folder of the unpacked package.');
	const found = [
		await findings(folder, ofPackage, ['**/*.js', 'package.json']),
		await findings(root, ofSources, ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json']),
	];
	console.log(found.join(''));
	return found.every((text) => text === '') ? 0 : 1;
});
