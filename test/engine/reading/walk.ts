import type { IDataObject } from 'n8n-workflow';
import { useSandbox } from '../../sandbox/useSandbox';
import { GIVEN, readingOf, valueOf } from './kinds';
import { placesOf, type Place } from './places';
import { subjectsOf, type Outcome } from './subjects';

/**
 * Feeds every parameter of all actions, the quarantine and the trigger with all kinds of values from expressions.
 * A value must either work like the same value entered in the panel, or be refused before any request, with the
 * parameter's name.
 */

const DATES = 'accepts one or several dates in many forms, which readConditions.test.ts covers';
const EXEMPT: Record<string, string> = {
	'options.sendingHours.holidays.dates': DATES,
	'quarantine.sendingHours.holidays.dates': DATES,
	operation: "can't be an expression, because the node's outputs depend on it",
};

/** Parameters that can only be refused after a read, and why. */
const LABELS = 'only Netigate knows the labels and their types';
const NEEDS_READING: Record<string, string> = {
	'respondent.add: backgroundData (a label)': LABELS,
	'respondentList.addRow: cells (a label)': LABELS,
	'respondentList.updateRow: cells (a label)': LABELS,
	'respondentList.sync: cells (a label)': LABELS,
	'reminder.create: sender': "a login sendout's reminder may have none",
	'reminder.create: message': "a login sendout's reminder may have none",
};

/** Whether n8n passes a value to the node. */
function reaches(source: string, { field, kind }: Place, name: string): boolean {
	// In the trigger, a date becomes text first.
	if (name === 'trigger' && source === GIVEN.dateTime) return kind !== 'text';
	return !field.noDataExpression || ![GIVEN.blank, GIVEN.null, GIVEN.undefined].includes(source);
}

/** Without expressions, a field can still have any value in an imported workflow. */
function inputFor(source: string, { place, name }: { place: Place; name: string }) {
	if (place.field.noDataExpression) return { stored: valueOf(source), item: {} };
	if (name === 'trigger') return { stored: `={{ ${source} }}`, item: {} };
	return { stored: '={{ $json.value }}', item: { value: valueOf(source) as IDataObject } };
}

const writes = ({ calls }: Outcome) => calls.filter(({ method }) => method !== 'GET');

/** If Netigate refuses a run, it may have stopped before or after another read. */
const comparable = (outcome: Outcome) =>
	outcome.errors.length > 0 ? { ...outcome, calls: writes(outcome) } : outcome;

function isNamed(error: string | undefined, { label, kind }: Place): boolean {
	if (error === undefined) return false;
	if (kind === 'contact') return error.startsWith('The contact ');
	return kind === 'labelValue' ? error.includes(label) : error.includes(`${label}'`);
}

/** @param chosen selects subjects by name */
export function walk(chosen: (name: string) => boolean): void {
	const sandbox = useSandbox({}, { once: true });
	const all = subjectsOf(sandbox)
		.filter(({ name }) => chosen(name))
		.flatMap((subject) =>
			placesOf(subject.fields, (values: IDataObject) => values, [], subject.labelIds)
				.filter(({ path }) => !(path in EXEMPT))
				.map((place) => [subject.name, place.path, { subject, place }] as const),
		);

	test.each(all)('%s: %s', async (name, _, { subject, place }) => {
		const { refused, fits } = readingOf(place.kind, place.field);
		const wrong: unknown[] = [];
		const inPanel = new Map<string, Outcome>();
		const run = async (source: string) => {
			const { stored, item } = inputFor(source, { place, name });
			return await subject.run(place.put(stored), item);
		};
		for (const source of refused) {
			if (!reaches(source, place, name)) continue;
			const outcome = await run(source);
			const [error] = outcome.errors;
			if (!isNamed(error, place)) wrong.push([source, error ?? 'was accepted']);
			const sent = `${name}: ${place.path}` in NEEDS_READING ? writes(outcome) : outcome.calls;
			if (sent.length > 0) wrong.push([source, 'sent', ...sent.map(({ path }) => path)]);
		}
		// A timeout of a few milliseconds may end before the response arrives.
		for (const [source, as] of place.path.endsWith('.timeout') ? [] : fits) {
			const key = JSON.stringify(as);
			let entered = inPanel.get(key);
			if (!entered) inPanel.set(key, (entered = comparable(await subject.run(place.put(as), {}))));
			const read = comparable(await run(source));
			if (JSON.stringify(read) !== JSON.stringify(entered))
				wrong.push([source, 'differs', JSON.stringify(read), JSON.stringify(entered)]);
		}
		expect(wrong).toEqual([]);
	});
}
