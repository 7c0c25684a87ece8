import type { IDataObject } from 'n8n-workflow';
import { useSandbox } from '../../sandbox/useSandbox';
import { GIVEN, readingOf, valueOf } from './kinds';
import { placesOf, type Place } from './places';
import { subjectsOf, type Outcome } from './subjects';

/**
 * Feeds every parameter of every action, of the quarantine and of the trigger by expression with all kinds of
 * values: each is the same as the value entered in the panel, or refused by the parameter's name before
 * anything goes out.
 */

const DATES = 'one date or several, in many forms, which readConditions.test.ts feeds it with';
const EXEMPT: Record<string, string> = {
	'options.sendingHours.holidays.dates': DATES,
	'quarantine.sendingHours.holidays.dates': DATES,
	operation: 'n8n offers no expression for it, and makes the outputs of the node from it',
};

/** Refused after something was read, and why that has to be. */
const LABELS = 'which labels there are, and of what type, only Netigate knows';
const NEEDS_READING: Record<string, string> = {
	'respondent.add: backgroundData (a label)': LABELS,
	'respondentList.addRow: cells (a label)': LABELS,
	'respondentList.updateRow: cells (a label)': LABELS,
	'respondentList.sync: cells (a label)': LABELS,
	'reminder.create: sender': 'the reminder of a log-in list may have none',
	'reminder.create: message': 'the reminder of a log-in list may have none',
};

/** Whether a value gets as far as the node. */
function reaches(source: string, { field, kind }: Place, name: string): boolean {
	// The trigger's dates are texts by then.
	if (name === 'trigger' && source === GIVEN.dateTime) return kind !== 'text';
	return !field.noDataExpression || ![GIVEN.blank, GIVEN.null, GIVEN.undefined].includes(source);
}

/** n8n takes the sign of an expression off where it offers none; the rest can come with a file all the same. */
function given(source: string, { place, name }: { place: Place; name: string }) {
	if (place.field.noDataExpression) return { stored: valueOf(source), item: {} };
	if (name === 'trigger') return { stored: `={{ ${source} }}`, item: {} };
	return { stored: '={{ $json.given }}', item: { given: valueOf(source) as IDataObject } };
}

const writes = ({ calls }: Outcome) => calls.filter(({ method }) => method !== 'GET');

/** Where Netigate refuses the one as well as the other, one of two reads may not have gone out any more. */
const comparable = (outcome: Outcome) =>
	outcome.errors.length > 0 ? { ...outcome, calls: writes(outcome) } : outcome;

function isNamed(error: string | undefined, { label, kind }: Place): boolean {
	if (error === undefined) return false;
	if (kind === 'contact') return error.startsWith('The contact ');
	return kind === 'labelValue' ? error.includes(label) : error.includes(`${label}'`);
}

/** @param chosen of all that reads parameters, by name */
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
			const { stored, item } = given(source, { place, name });
			return await subject.run(place.put(stored), item);
		};
		for (const source of refused) {
			if (!reaches(source, place, name)) continue;
			const outcome = await run(source);
			const [error] = outcome.errors;
			if (!isNamed(error, place)) wrong.push([source, error ?? 'was taken']);
			const sent = `${name}: ${place.path}` in NEEDS_READING ? writes(outcome) : outcome.calls;
			if (sent.length > 0) wrong.push([source, 'sent', ...sent.map(({ path }) => path)]);
		}
		// A time-out of so few milliseconds may be over before the answer is there.
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
