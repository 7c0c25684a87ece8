import fc from 'fast-check';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { properties } from '../../nodes/NetigateQuarantine/fields';
import { byMode, newLedgers, run } from './quarantineRuns';

/*
 * Texts, numbers and dates that no database keeps as they are, in every parameter: the item that has one is
 * refused by the name of the parameter, or nothing of it reaches the ledger; and the other item is remembered.
 * The ledgers here take what PostgreSQL takes.
 */

const TEXT = '={{ $json.text }}';

/** What a field is given that has no default to give. */
const USUAL: Record<string, string> = {
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
	usual: string | number | boolean;
	/** Taken from the first item for all. */
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
		const usual = USUAL[name] ?? (preset as string | number | boolean);
		return name === 'operation' ? [] : [{ label, parameters, usual, forAll: false }];
	});
}

const field = fc.constantFrom(
	...fieldsIn(properties),
	// No parameter, but a text that is read all the same.
	{ label: 'reservation ID', parameters: {}, usual: '', forAll: false },
);

const damaged = fc
	.tuple(
		fc.constantFrom('', 'Service', '501', 'anna', 'a@example.com'),
		fc.constantFrom('\0', '\ud83d', '\ude00', '\u0001', '\u2028', '\ufffe', '🙂', '\n', "'"),
		fc.constantFrom('', 'desk', '@example.com'),
	)
	.map((parts) => parts.join(''));

/** No odd texts, but more than a date or a number of a database holds. */
const extreme = fc.constantFrom(
	...['1e12', '9007199254740991', '1e-9', '-1', '9999-12-31', '0001-01-01', '36500', '52560000'],
);

const text = fc.oneof(damaged, extreme);

test('whatever text a parameter is given, the ledger keeps what the other item says', async () => {
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
			const { label, usual, forAll, parameters } = one.field;
			// A contact is called by what it is.
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
			const other = { email: 'bo@example.com', text: usual };
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
