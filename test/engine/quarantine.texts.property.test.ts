import fc from 'fast-check';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { properties } from '../../nodes/NetigateQuarantine/fields';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { createEngine, type RunResult } from './harness';
import { LedgerHost } from './quarantineLedger';

/*
 * Texts, numbers and dates that no database keeps as they are, in every parameter: the item that has one is
 * refused by the name of the parameter, or nothing of it reaches the ledger; and the other item is remembered.
 * The ledgers here take what PostgreSQL takes.
 */

const TYPE = 'n8n-nodes-netigate.netigateQuarantine';

const engine = createEngine({ url: '', apiKey: '' }, { [TYPE]: new NetigateQuarantine() });

const locator = (value: string) => ({ __rl: true, mode: 'id', value });

const TEXT = '={{ $json.text }}';

/** What a field is given that has no default to give. */
const USUAL: Record<string, string> = {
	contact: 'bo@example.com',
	surveyId: '501',
	group: 'Service',
	at: new Date().toISOString(),
	hashSecret: 'secret',
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
		const parameters = { [name]: located ? locator(TEXT) : TEXT };
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
	let runs = 0;
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
			const named = label === 'Contact' ? /contact|address|number/i : new RegExp(label, 'i');
			const host = new LedgerHost();
			forgetTable('w1');
			forgetLocations();
			const run = async (
				operation: string,
				items: IDataObject[],
				{ options = {}, ...own }: IDataObject,
			): Promise<RunResult> =>
				await engine.run({
					type: TYPE,
					credential: false,
					outputs: operation === 'reserve' || operation === 'check' ? 2 : 1,
					items,
					onError: 'continueRegularOutput',
					parameters: {
						operation,
						contact: '={{ $json.email }}',
						surveyId: locator('501'),
						group: locator('Service'),
						liftScope: 'group',
						...own,
						options: {
							ledger: one.ledger,
							ledgerWorkflow: locator('ledger'),
							storeContact: one.storeContact,
							...(options as IDataObject),
						},
					},
					additionalData: { executionId: `e${++runs}`, ...host.additionalData },
				});
			const quarantine = { reservationId: one.text, surveyId: 501 };
			const odd = { email: 'anna@example.com', text: one.text, quarantine };
			const other = { email: 'bo@example.com', text: usual };
			const result = await run(one.operation, oddFirst ? [odd, other] : [other, odd], parameters);

			const told = [...result.outputs.flat().map(({ json }) => json.error), result.error?.message];
			expect(JSON.stringify(told)).not.toMatch(/invalid byte sequence|does not expect/);
			if (forAll) return;
			const failed = result.outputs.flat().filter(({ json }) => json.error !== undefined);
			for (const { json } of failed) {
				expect(json.email).toBe(odd.email);
				expect(json.error).toEqual(expect.stringMatching(named));
			}
			if (['reserve', 'confirm', 'record'].includes(one.operation)) {
				const { outputs } = await run('check', [{ email: other.email }], {});
				expect(outputs.map((items) => items.length)).toEqual([0, 1]);
			}
		}),
		{ numRuns: Number(process.env.NETIGATE_TEXT_RUNS ?? 300) },
	);
});
