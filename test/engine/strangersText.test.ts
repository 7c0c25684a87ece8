import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { NodeExecutionHint, ResourceMapperFields } from 'n8n-workflow';
import { errorText, addHint } from '../../nodes/shared/n8n/shown';
import { sampleIds } from '../sandbox';
import { listen, stopListening } from '../sandbox/loopback';
import { useSandbox } from '../sandbox/useSandbox';
import { createEngine } from './harness';
import { byId } from './actions/cases';

/* n8n's editor shows hints and error descriptions as HTML. Text from outside must stay text. */

const { surveys, sendouts } = sampleIds;
const IMAGE = '<img src="http://127.0.0.1:1/seen.png">';

const sandbox = useSandbox();
const engine = createEngine(sandbox);

test('a hint shows a tag as text', () => {
	const hints: NodeExecutionHint[] = [];
	addHint({ addExecutionHints: (hint) => hints.push(hint) }, `${IMAGE} & "a"\nb`, 'warning');
	expect(hints).toEqual([
		{
			message: '&lt;img src="http://127.0.0.1:1/seen.png"> &amp; "a" b',
			type: 'warning',
			location: 'outputPane',
		},
	]);
});

test.each([
	[IMAGE, '‹img src="http://127.0.0.1:1/seen.png"›'],
	['Anna <anna@example.com>', 'Anna ‹anna@example.com›'],
	['Options > Ledger', 'Options > Ledger'],
	['&lt;', '&lt;'],
	['a\r\nb\u2028c\u0000d\u0085e', 'a b c d e'],
	['\u202egpj.exe\u2066', 'gpj.exe'],
])('an error shows %j as %j', (text, shown) => expect(errorText(text)).toBe(shown));

test('long text is shortened in errors and hints', () => {
	const text = 'a'.repeat(1_000_000);
	expect(errorText(text)).toHaveLength(10_000);
	const hints: NodeExecutionHint[] = [];
	addHint({ addExecutionHints: (hint) => hints.push(hint) }, text);
	expect(hints[0].message).toHaveLength(10_000);
});

test.each([
	['Key (contact)=(anna@example.com) exists.', 'Key (contact)=(…) exists.'],
	['invalid: "+46701234567", x@y', 'invalid: "…", …'],
	['No answer at https://example.com/a/s.aspx?s=1X2.', 'No answer at …'],
	[
		'See https://example.com/page, sendout 12345678',
		'See https://example.com/page, sendout 12345678',
	],
])('a hint names no one: %s', (text, shown) => {
	const hints: NodeExecutionHint[] = [];
	addHint({ addExecutionHints: (hint) => hints.push(hint) }, text);
	expect(hints[0].message).toBe(shown);
});

const add = async (contact: string, onError?: 'continueRegularOutput') =>
	await engine.run({
		items: [{ contact }],
		onError,
		parameters: {
			resource: 'respondent',
			operation: 'add',
			surveyId: byId(surveys.postEvent),
			sendoutId: byId(sendouts.postEventEmail),
			contact: '={{ $json.contact }}',
		},
	});

test('a tag as contact loads nothing', async () => {
	const { error } = await add(`${IMAGE}@example.com`);
	expect(error?.message).toContain('‹img src=');
	expect(`${error?.message} ${error?.description}`).not.toContain('<');
	const { output } = await add(`${IMAGE}@example.com`, 'continueRegularOutput');
	expect(output[0].json.error).toContain('‹img src=');
});

test("a tag in Netigate's message loads nothing", async () => {
	const Message = `No ${IMAGE}\nfor you`;
	const server = createServer((_, response) => {
		response.writeHead(400, { 'Content-Type': 'application/json' });
		response.end(JSON.stringify({ StatusCode: 400, Message }));
	});
	const url = `http://127.0.0.1:${await listen(server)}/api/v1.2`;
	const parameters = { resource: 'survey', operation: 'getMany' };
	const { error } = await createEngine({ url, apiKey: sandbox.apiKey }).run({ parameters });
	await stopListening(server);
	expect(error?.message).toContain('Netigate refused: No ‹img src=');
	expect(`${error?.message} ${error?.description}`).not.toMatch(/[<\n]/);
});

test('the notice about the names of labels shows a tag as text', async () => {
	const label = sandbox.state.labels.find(({ BGDataLabelId }) => BGDataLabelId === 4801)!;
	label.Name = IMAGE.replaceAll('<', '&lt;');
	const listId = byId(8001) as never;
	const parameters = { resource: 'respondentList', operation: 'addRow', listId };
	const { emptyFieldsNotice } = await engine.load<ResourceMapperFields>(
		'resourceMapping',
		'getListLabels',
		parameters,
	);
	expect(emptyFieldsNotice).toContain('‹img src=');
	expect(emptyFieldsNotice).not.toContain('<');
});

test('every hint is added where tags are escaped', () => {
	const nodes = join(__dirname, '../../nodes');
	const files = (readdirSync(nodes, { recursive: true }) as string[]).filter(
		(file) =>
			file.endsWith('.ts') &&
			readFileSync(join(nodes, file), 'utf8').includes('.addExecutionHints'),
	);
	expect(files).toEqual(['shared/n8n/shown.ts']);
});
