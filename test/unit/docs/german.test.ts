import { readDocument, targetOf } from './documents';

const english = readDocument('README.md');
const german = readDocument('docs/de/README.md');

/** The German README says the same: what both have in common is the same, in the same order. */
test('has the same chapters', () => {
	expect(german.headings.map(({ level }) => level)).toEqual(
		english.headings.map(({ level }) => level),
	);
});

test('leads to the same places', () => {
	const leads = ({ path, links }: typeof german) =>
		links
			.map((link) => targetOf(path, link) ?? link)
			.filter(
				(to) =>
					typeof to === 'string' ||
					!/(^|de\/)README\.md$/.test(to.path) ||
					to.path.startsWith('workflows'),
			);
	expect(leads(german)).toEqual(leads(english));
});

test('has the same commands', () => {
	expect(german.codeBlocks.map(({ code }) => code)).toEqual(
		english.codeBlocks.map(({ code }) => code),
	);
});

test('has the same tables', () => {
	const rows = (text: string) =>
		text.split('\n').flatMap((line) => (line.startsWith('|') ? [line.split('|').length] : []));
	expect(rows(german.text)).toEqual(rows(english.text));
});

test('speaks to its readers formally', () => {
	expect(german.text).toMatch(/\bSie\b/);
	expect(german.text).not.toMatch(/\b([Dd]u|[Dd]ein(e|en|em|er|es)?|[Dd]ir|[Dd]ich|[Ee]uch)\b/);
});
