import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documents, readDocument, root, targetOf } from './documents';

/** English pages and their German versions, which have the same structure. */
const pairs = [
	{ english: 'README.md', german: 'docs/de/README.md' },
	{ english: 'docs/quarantine.md', german: 'docs/de/quarantine.md' },
	{ english: 'docs/trying-it.md', german: 'docs/de/trying-it.md' },
].map(({ english, german }) => ({
	english: readDocument(english),
	german: readDocument(german),
	page: german,
}));

/** The target of a link, the same for both languages. Undefined for a link to the other language's page. */
function placeOf(from: string, link: string, pair: string[]): unknown {
	const target = targetOf(from, link);
	if (!target) return link;
	const { path, anchor } = target;
	if (pair.includes(path)) return undefined;
	const inEnglish = path.replace(/^docs\/de\//, 'docs/');
	return path !== inEnglish && existsSync(join(root, inEnglish))
		? { path: inEnglish, anchor: '' }
		: { path, anchor };
}

describe.each(pairs)('$page', ({ english, german }) => {
	test('has the same chapters', () => {
		expect(german.headings.map(({ level }) => level)).toEqual(
			english.headings.map(({ level }) => level),
		);
	});

	test('links to the same places', () => {
		const leads = ({ path, links }: typeof german) =>
			links
				.map((link) => placeOf(path, link, [english.path, german.path]))
				.filter((place) => place !== undefined);
		expect(leads(german)).toEqual(leads(english));
	});

	test('has the same commands and examples', () => {
		expect(german.codeBlocks.map(({ code }) => code)).toEqual(
			english.codeBlocks.map(({ code }) => code),
		);
	});

	test('has the same tables', () => {
		const rows = (text: string) =>
			text.split('\n').flatMap((line) => (line.startsWith('|') ? [line.split('|').length] : []));
		expect(rows(german.text)).toEqual(rows(english.text));
	});
});

const inGerman = documents.filter(({ path }) => path.startsWith('docs/de/'));

test.each(inGerman)('$path addresses its readers formally', ({ text }) => {
	expect(text).toMatch(/\bSie\b/);
	expect(text).not.toMatch(/\b([Dd]u|[Dd]ein(e|en|em|er|es)?|[Dd]ir|[Dd]ich|[Ee]uch)\b/);
});
