import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { transpileModule } from 'typescript';
import { parseAllDocuments } from 'yaml';
import { documents, readDocument, root } from './documents';

const {
	name: packageName,
	scripts,
	repository,
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	name: string;
	scripts: Record<string, string>;
	repository: { url: string };
};
const openapi = readFileSync(join(root, 'docs/internals/openapi.yaml'), 'utf8');
const adminRoutes = readFileSync(join(root, 'test/sandbox/admin.ts'), 'utf8');

/** Why a command cannot be run as written. Undefined if it can. */
function problemWith(command: string): string | undefined {
	const [program, ...args] = command.split(/\s+/);
	if (program === '#' || /^PORT=\d+$/.test(program)) return undefined;
	if (program === 'npm') return npmProblem(args);
	if (program === 'node') return existsSync(join(root, args[0])) ? undefined : 'no such file';
	if (program === 'git') return gitProblem(args);
	if (program === 'cd') return args[0] === 'n8n-nodes-netigate' ? undefined : 'no such folder';
	if (program === 'curl') return curlProblem(command);
	return 'a program that the documents have not used before';
}

function npmProblem([verb, name]: string[]): string | undefined {
	if (verb === 'run') return scripts[name] ? undefined : `package.json has no script "${name}"`;
	if (verb === 'test' || verb === 'start')
		return scripts[verb] ? undefined : `package.json has no script "${verb}"`;
	if (verb === 'deprecate') return name === `${packageName}@0.0.1` ? undefined : name;
	return ['ci', 'pack', 'publish', 'version'].includes(verb) ? undefined : `npm ${verb}`;
}

function gitProblem([verb, what]: string[]): string | undefined {
	if (verb === 'clone') return what === repository.url.replace('git+', '') ? undefined : what;
	return ['tag', 'push'].includes(verb) ? undefined : `git ${verb}`;
}

function curlProblem(command: string): string | undefined {
	const [, hook] = /https:\/\/n8n\.example\.com\/webhook\/(\S+)/.exec(command) ?? [];
	if (hook) return webhookProblem(command, hook);
	const [, path] = /http:\/\/127\.0\.0\.1:\$PORT(\/[^\s?"]*)/.exec(command) ?? [];
	if (!path) return 'an address that is not the sandbox, whose port is printed at the start';
	// Some shells treat ? as a pattern.
	if (/^[^"']*\?/.test(command)) return 'a ? outside of quotation marks';
	const [, , body] = /(-d) '([^']*)'/.exec(command) ?? [];
	if (body !== undefined) JSON.parse(body);
	const admin = path.replace('/admin/', '');
	return adminRoutes.includes(admin) || openapi.includes(path) ? undefined : `no route ${path}`;
}

function webhookProblem(command: string, path: string): string | undefined {
	if (!/-H 'X-Webhook-Key: [^']+'/.test(command)) return 'a call without the header';
	JSON.parse(/-d '([^']*)'/.exec(command)![1]);
	const files = readdirSync(join(root, 'workflows')).filter((name) => name.endsWith('.json'));
	return files.some((name) =>
		readFileSync(join(root, 'workflows', name), 'utf8').includes(`"path": "${path}"`),
	)
		? undefined
		: `no example has the webhook ${path}`;
}

/** Why a code block is wrong. Undefined if all of it is correct. */
const checks: Record<string, (code: string) => string | undefined> = {
	json: (code) => {
		JSON.parse(code);
		return undefined;
	},
	yaml: (code) =>
		parseAllDocuments(code).find(({ errors }) => errors.length > 0)?.errors[0].message,
	sh: (code) =>
		code
			.trim()
			.replaceAll('\\\n', ' ')
			.split('\n')
			.map((line) => line.replace(/\s+# .*$/, '').trim())
			.filter((line) => line !== '')
			.map((command) => {
				const problem = problemWith(command);
				return problem && `${command}: ${problem}`;
			})
			.find(Boolean),
	ts: (code) => {
		const { diagnostics = [] } = transpileModule(code, { reportDiagnostics: true });
		return diagnostics[0] && JSON.stringify(diagnostics[0].messageText);
	},
};

const blocks = documents.flatMap(({ path, codeBlocks }) =>
	codeBlocks.map(({ line, language, code }) => ({ at: `${path}:${line}`, language, code })),
);

test.each(blocks)('the $language at $at is correct', ({ language, code }) => {
	// Blocks without a language are commands.
	const check = checks[language || 'sh'];
	expect(Object.keys(checks)).toContain(language || 'sh');
	expect(check(code)).toBeUndefined();
});

test('commands named in the text exist', () => {
	const commands = documents.flatMap(({ path, inlineCode }) =>
		inlineCode
			.filter((code) => /^(npm (run|test|start)|node test)\b/.test(code))
			.map((code) => ({ path, code, problem: problemWith(code.replace(/\s*\[.*$/, '')) })),
	);
	expect(commands.length).toBeGreaterThan(5);
	expect(commands.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

test('files and folders named in the text exist', () => {
	const named = documents
		.filter(({ path }) => path !== 'CHANGELOG.md')
		.flatMap(({ path, inlineCode }) =>
			inlineCode
				.filter((code) =>
					/^(nodes|credentials|test|workflows|docs|\.ci|\.github)\/[\w./-]*$/.test(code),
				)
				.map((code) => ({ path, code })),
		);
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter(({ code }) => !existsSync(join(root, code)))).toEqual([]);
});

test('the action shown to developers is a real one', () => {
	const [shown] = readDocument('docs/developing.md').codeBlocks.filter(
		({ language }) => language === 'ts',
	);
	const real = readFileSync(join(root, 'nodes/Netigate/resources/category/get.ts'), 'utf8');
	// The narrower document breaks lines in other places.
	const plain = (code: string) => code.replace(/\s+/g, ' ').replace(/, }/g, ' }').trim();
	expect(plain(shown.code)).toBe(plain(real));
});
