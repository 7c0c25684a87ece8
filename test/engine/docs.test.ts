import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { byId } from './actions/cases';
import { createEngine, type RunRequest } from './harness';
import { adding, launching } from './sendoutParameters';

const { surveys, sendouts, labels } = sampleIds;
const root = join(__dirname, '..', '..');

const event = {
	surveyId: byId(surveys.postEvent),
	sendoutId: byId(sendouts.postEventEmail),
};
const message = {
	sender: 'surveys@example.com',
	subject: 'How was it?',
	message: 'Hello, please tell us: [survey link]',
};

/** The run that produces each example in the docs. There, `<!-- output of … -->` marks it. */
const examples: Record<string, { file: string } & RunRequest> = {
	'respondent.add': {
		file: 'respondents.md',
		parameters: adding({
			backgroundData: {
				mappingMode: 'defineBelow',
				value: { [labels.firstName]: '={{ $json.firstName }}' },
			},
		}),
		items: [
			{ email: 'anna@example.com', firstName: 'Anna' },
			{ email: 'Anna@Example.com', firstName: 'Anna' },
			{ email: 'blocked@example.com', firstName: 'Bo' },
		],
	},
	'respondent.add, error output': {
		file: 'errors.md',
		onError: 'continueErrorOutput',
		parameters: adding({}),
		items: [{ email: 'anna.at.example.com', firstName: 'Anna' }],
	},
	'sendout.launch': {
		file: 'sendouts.md',
		parameters: launching({
			...{ surveyId: byId(surveys.support), name: 'Sales call 4711', mode: undefined },
			...{ sendDate: '2027-03-01T09:00:00Z', ...message },
			labels: { label: [{ name: 'First name', labelType: 'TEXT', value: 'Anna' }] },
			reminders: { reminder: [{ name: 'After a week', when: 'afterDays', afterDays: 7 }] },
			options: { allowPastDates: true },
		}),
		items: [{ email: 'anna@example.com' }],
	},
	'reminder.create': {
		file: 'sendouts.md',
		parameters: {
			resource: 'reminder',
			operation: 'create',
			...event,
			name: 'After a week',
			sendoutLogic: 'NOT_COMPLETED',
			sendDate: '2027-03-08T09:00:00Z',
			options: { allowPastDates: true },
			...message,
		},
	},
	'backgroundData.getMany': {
		file: 'sendouts.md',
		parameters: { resource: 'backgroundData', operation: 'getMany', ...event },
	},
	'survey.getQuestions': {
		file: 'surveys.md',
		parameters: { resource: 'survey', operation: 'getQuestions', surveyId: byId(surveys.support) },
	},
	'result.getByContact': {
		file: 'results.md',
		parameters: {
			resource: 'result',
			operation: 'getByContact',
			surveyId: byId(surveys.support),
			contact: '={{ $json.email }}',
			options: { includeContact: true, includeBackgroundData: true },
		},
		items: [{ email: 'anna@example.com' }],
	},
	'blocklist.check': {
		file: 'surveys.md',
		parameters: { resource: 'blocklist', operation: 'check', contact: '={{ $json.email }}' },
		items: [{ email: 'blocked@example.com' }],
	},
};

const sandbox = useSandbox();

/** Returns the example in the document. */
function written(name: string, file: string): unknown {
	const text = readFileSync(join(root, 'docs', file), 'utf8');
	const [, after] = text.split(`<!-- output of ${name} -->`);
	const [, json] = /^\s*```json\n(.*?)\n```/s.exec(after ?? '') ?? [];
	if (json === undefined) throw new Error(`docs/${file} has no example "${name}"`);
	return JSON.parse(json);
}

/** The parts that readers rely on: names, value types and words. IDs, dates and links are new each time. */
function shapeOf(value: unknown, key = ''): unknown {
	if (Array.isArray(value)) return value.map((one) => shapeOf(one, key));
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([name, one]) => [name, shapeOf(one, name)]),
		);
	}
	const generated =
		/id$|^survey$|^account$|^document$|^sendout$|created|completedAt|password|url|date/i.test(key);
	return generated ? typeof value : value;
}

test.each(Object.keys(examples))('the docs show the output of %s', async (name) => {
	const { file, ...request } = examples[name];
	const { output, errorOutput, error } = await createEngine(sandbox).run(request);
	expect(error).toBeUndefined();
	const items = request.onError === 'continueErrorOutput' ? errorOutput : output;
	const real = items.map(({ json }) => json as IDataObject);
	const shown = written(name, file) as IDataObject[];
	// The docs show only the beginning of long lists.
	expect(shapeOf(shown)).toEqual(shapeOf(real.slice(0, shown.length)));
	expect(shown.length).toBeGreaterThan(0);
});

test('every example is in the docs', () => {
	for (const [name, { file }] of Object.entries(examples)) {
		expect(() => written(name, file)).not.toThrow();
	}
});
