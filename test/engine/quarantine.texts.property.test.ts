import fc from 'fast-check';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { properties } from '../../nodes/NetigateQuarantine/fields';
import { byMode, newLedgers, run } from './quarantineRuns';

/*
 * Feeds every parameter with texts, numbers and dates that databases can't store unchanged. Either an error names
 * the parameter, or the value doesn't reach the ledger, and the other item is always recorded. The ledgers here
 * accept what PostgreSQL accepts.
 */

const TEXT = '={{ $json.text }}';

/** Normal values of fields without a usable default. */
const NORMAL: Record<string, string> = {
	contact: 'bo@example.com',
	surveyId: '501',
	group: 'Service',
	at: new Date().toISOString(),
	ledgerWorkflow: 'ledger',
};

/** A field that gets its value from the item. */
interface Field {
	label: string;
	parameters: IDataObject;
	normal: string | number | boolean;
	/** Whether the first item's value applies to all items. */
	forAll: boolean;
}

function fieldsIn(list: readonly INodeProperties[]): Field[] {
	return list.flatMap((field): Field[] => {
		const { name, type, options = [], displayName: label, default: preset } = field;
		const within = (inner: Field[], wrap: (set: IDataObject) => IDataObject, forAll: boolean) =>
			inner.map((one) => ({ ...one, parameters: { [name]: wrap(one.parameters) }, forAll }));
		if (type === 'collection')
			return within(fieldsIn(options as INodeProperties[]), (set) => set, true);
		if (type === 'fixedCollection') {
			const [entry] = options as Array<{ name: string; values: INodeProperties[] }>;
			const wrap = (set: IDataObject) => ({ [entry.name]: [{ scope: 'group', ...set }] });
			return within(fieldsIn(entry.values), wrap, false);
		}
		const located = type === 'resourceLocator' || type === 'workflowSelector';
		const parameters = { [name]: located ? byMode(TEXT) : TEXT };
		const normal = NORMAL[name] ?? (preset as string | number | boolean);
		return name === 'operation' ? [] : [{ label, parameters, normal, forAll: false }];
	});
}

const field = fc.constantFrom(
	...fieldsIn(properties),
	// Not a parameter, but text that is read from the item.
	{ label: 'reservation ID', parameters: {}, normal: '', forAll: false },
);

const damaged = fc
	.tuple(
		fc.constantFrom('', 'Service', '501', 'anna', 'a@example.com'),
		fc.constantFrom('\0', '\ud83d', '\ude00', '\u0001', '\u2028', '\ufffe', '🙂', '\n', "'"),
		fc.constantFrom('', 'desk', '@example.com'),
	)
	.map((parts) => parts.join(''));

/** Valid text, but out of range for a date or number in a database. */
const extreme = fc.constantFrom(
	...['1e12', '9007199254740991', '1e-9', '-1', '9999-12-31', '0001-01-01', '36500', '52560000'],
);

const text = fc.oneof(damaged, extreme);

test('the other item is recorded, whatever text a parameter contains', async () => {
	const asked = fc.record({
		field,
		text,
		operation: fc.constantFrom('reserve', 'confirm', 'record', 'release', 'lift', 'check'),
		ledger: fc.constantFrom('dataTable', 'workflow'),
		storeContact: fc.boolean(),
		oddFirst: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(asked, async ({ oddFirst, ...one }) => {
			const { label, normal, forAll, parameters } = one.field;
			// Errors about a contact say what it is instead of naming the parameter.
			const named =
				label === 'Contact'
					? /contact|address|number/i
					: new RegExp(label.replace(/[()]/g, '\\$&'), 'i');
			newLedgers();
			const runWith = async (
				operation: string,
				items: IDataObject[],
				{ options = {}, ...own }: IDataObject,
			) =>
				await run({
					operation,
					items,
					onError: 'continueRegularOutput',
					parameters: { group: byMode('Service'), liftScope: 'group', ...own },
					options: {
						ledger: one.ledger,
						ledgerWorkflow: byMode('ledger'),
						storeContact: one.storeContact,
						...(options as IDataObject),
					},
				});
			const quarantine = { reservationId: one.text, surveyId: 501 };
			const odd = { email: 'anna@example.com', text: one.text, quarantine };
			const other = { email: 'bo@example.com', text: normal };
			const result = await runWith(
				one.operation,
				oddFirst ? [odd, other] : [other, odd],
				parameters,
			);

			const texts = [...result.outputs.flat().map(({ json }) => json.error), result.error?.message];
			expect(JSON.stringify(texts)).not.toMatch(
				/invalid byte sequence|Something unexpected happened/,
			);
			if (forAll) return;
			const failed = result.outputs.flat().filter(({ json }) => json.error !== undefined);
			for (const { json } of failed) {
				expect(json.email).toBe(odd.email);
				expect(json.error).toEqual(expect.stringMatching(named));
			}
			if (['reserve', 'confirm', 'record'].includes(one.operation)) {
				const { outputs } = await runWith('check', [{ email: other.email }], {});
				expect(outputs.map((items) => items.length)).toEqual([0, 1]);
			}
		}),
		{ numRuns: 300 },
	);
});
