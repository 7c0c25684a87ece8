import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { add } from '../../nodes/Netigate/resources/respondent/add';
import { properties } from '../../nodes/NetigateQuarantine/fields';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { engine, host, inExecution, newLedgers, ruleOf, run } from './quarantineRuns';
import { adding } from './sendoutParameters';

/* Expressions can set how long events are needed. A later run must not shorten the time that an earlier run needs. */

/** A parameter's path and some possible values. */
interface Varied {
	path: Array<string | number>;
	values: unknown[];
}

const VALUES: Partial<Record<INodeProperties['type'], unknown[]>> = {
	boolean: [false, true],
	number: [2, 77],
	string: ['a', 'b'],
	dateTime: [10, 200].map((days) => new Date(Date.now() - days * 86_400_000).toISOString()),
};

function variedIn(fields: readonly INodeProperties[], path: Varied['path'] = []): Varied[] {
	return fields.flatMap(({ name, type, options = [] }): Varied[] => {
		const own = [...path, name];
		if (type === 'collection') return variedIn(options as INodeProperties[], own);
		if (type === 'fixedCollection')
			return (options as INodePropertyCollection[]).flatMap((group) =>
				variedIn(group.values, [...own, group.name, 0]),
			);
		const choices = options.flatMap((option) => ('value' in option ? [option.value] : []));
		const values = type === 'options' ? choices : (VALUES[type] ?? []);
		return values.length > 1 ? [{ path: own, values }] : [];
	});
}

/** The parameters with this value at this path. */
function withValue(given: unknown, [key, ...rest]: Varied['path'], value: unknown): IDataObject {
	const empty = typeof key === 'number' ? [] : {};
	const copy = structuredClone(given ?? empty) as Record<string | number, unknown>;
	copy[key] = rest.length === 0 ? value : withValue(copy[key], rest, value);
	return copy as IDataObject;
}

/** The numbers of days for which the nodes need events. */
const daysNeeded = () =>
	host
		.rows(QUARANTINE_TABLE.name)
		.filter(({ kind }) => kind === 'keep')
		.map(({ ordinal }) => Number(ordinal));

const rules = { rule: [ruleOf()] };
const contact = '={{ $json.email }}';
const deciding: IDataObject = { contact, rules, options: {} };
const inviting = adding({
	...{ existing: 'skip', quarantine: { rules }, quarantineDays: 0 },
	requestOptions: { settleSeconds: 0.02, retryForSeconds: 0 },
});
let people = 0;

const perform = async (operation: string, parameters: IDataObject, varied: unknown) => {
	const items = [{ email: `p${++people}@example.com`, varied }] as IDataObject[];
	return operation === 'add'
		? await engine.run({ items, parameters, additionalData: inExecution() })
		: await run({ operation, items, parameters });
};

test.each([
	['reserve', properties, deciding, ['days', 'keepDays', 'unit']],
	['check', properties, deciding, ['days', 'unit']],
	['getMany', properties, deciding, ['days', 'unit']],
	['record', properties, deciding, ['at', 'keepDays']],
	['add', add.fields, inviting, ['days', 'existing', 'keepDays', 'quarantineDays', 'unit']],
])(
	'%s: keeps the days that earlier runs need, whichever parameter is an expression',
	async (operation, fields, base, expected) => {
		const changing = new Set<string>();
		for (const { path, values } of variedIn(fields)) {
			newLedgers();
			const parameters = withValue(base, path, '={{ $json.varied }}');
			const needed = new Set<number>();
			for (const value of values) {
				const before = daysNeeded();
				if ((await perform(operation, parameters, value)).error) continue;
				const after = daysNeeded();
				for (const days of after) needed.add(days);
				expect({ path, days: after }).toEqual({ path, days: expect.arrayContaining(before) });
			}
			if (needed.size > 1) changing.add(String(path.at(-1)));
		}
		expect([...changing].sort()).toEqual(expected);
	},
);

test.each([
	['skip', 60],
	['whenAllowed', 400],
])(
	'adding with "If Already in This Sendout" set to "%s" needs events for %d days',
	async (existing, days) => {
		newLedgers();
		const quarantine = { rules: { rule: [ruleOf({ days: 30 })] } };
		const { error } = await perform('add', { ...inviting, existing, quarantine }, '');
		expect([error, daysNeeded()]).toEqual([undefined, [days]]);
	},
);
