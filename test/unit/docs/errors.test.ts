import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, root } from './documents';

const sources = readdirSync(join(root, 'nodes'), { recursive: true })
	.map(String)
	.filter((name) => name.endsWith('.ts'))
	.map((name) => readFileSync(join(root, 'nodes', name), 'utf8'))
	.join('\n');

/** Errors are told as they begin, with … for what differs from case to case. */
test.each(
	readDocument('docs/errors.md').inlineCode.filter((code) => /^(…|[A-Z])[^{]* /.test(code)),
)('an error reads like this: %s', (told) => {
	for (const part of told.split('…').map((text) => text.trim())) {
		if (part !== '') expect(sources).toContain(part);
	}
});

test.each(readDocument('docs/credential.md').text.match(/^\| [^|`*]+ \| [^|]+\|$/gm) ?? [])(
	'the credential test says it: %s',
	(row) => {
		const [, told] = row.split('|').map((cell) => cell.trim());
		const written = ['Field', 'Server', 'It says'].includes(told) || /^-+$/.test(told);
		if (!written) expect(sources).toContain(told);
	},
);
