import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, root } from './documents';

const sources = readdirSync(join(root, 'nodes'), { recursive: true })
	.map(String)
	.filter((name) => name.endsWith('.ts'))
	.map((name) => readFileSync(join(root, 'nodes', name), 'utf8'))
	.join('\n');

/** The page shows how errors begin, with … for the parts that vary. */
test.each(
	readDocument('docs/errors.md').inlineCode.filter((code) => /^(…|[A-Z])[^{]* /.test(code)),
)('the code contains the error: %s', (documented) => {
	for (const part of documented.split('…').map((text) => text.trim())) {
		if (part !== '') expect(sources).toContain(part);
	}
});

test.each(readDocument('docs/credential.md').text.match(/^\| [^|`*]+ \| [^|]+\|$/gm) ?? [])(
	'the credential test can show: %s',
	(row) => {
		const [, documented] = row.split('|').map((cell) => cell.trim());
		const written = ['Field', 'Server', 'It says'].includes(documented) || /^-+$/.test(documented);
		if (!written) expect(sources).toContain(documented);
	},
);
