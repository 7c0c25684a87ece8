import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { actions, caseOf, parametersOf, tried } from './run';

/**
 * Feeds every parameter of every action by expression with what it cannot be: each is refused by its label,
 * before anything goes out. What can be read in several ways is tried in test/unit/shared.
 */

const sandbox = useSandbox();
const engine = createEngine(sandbox);

const DATE = '2027-03-04T05:06:07.000Z';

/** What a parameter of a kind cannot be. `$json.none` is nothing at all; objects and lists come from items. */
const UNFIT: Record<string, unknown[]> = {
	boolean: ['perhaps', '', 7, 0.5, null, { a: 1 }, ['true']],
	options: ['elsewhere', '', 7, true, null, { a: 1 }, ['add']],
	number: ['many', '1.000', '', true, null, { a: 1 }, [3]],
	dateTime: ['12', '10:30', '2027', 'soon', '', 7, true, null, { a: 1 }, [DATE]],
	string: [{ a: 1 }, ['x']],
};

interface Case {
	label: string;
	/** The parameter, by the way to it. */
	path: string[];
	type: string;
}

/** The parameters of a description, those in its collections too. */
function casesOf(fields: readonly INodeProperties[], way: string[] = []): Case[] {
	return fields.flatMap(({ name, type, displayName, options = [], typeOptions }) => {
		const path = [...way, name];
		if (type === 'collection') return casesOf(options as INodeProperties[], path);
		if (!(type in UNFIT) || typeOptions?.password) return [];
		// An ID has a test of its own, in requests.test.ts; a condition of the panel hides no parameter here.
		if (/Ids?$/.test(name)) return [];
		return [{ label: displayName.replace(/ Name or ID$/, ''), path, type }];
	});
}

function parameterAt([name, ...inside]: string[], value: string): IDataObject {
	return { [name]: inside.length > 0 ? parameterAt(inside, value) : value };
}

/** Only with these is the parameter of any account. */
const BESIDE: Record<string, IDataObject> = { limit: { returnAll: false } };

const all = tried.flatMap((key) =>
	casesOf(actions[key].fields).map((one) => [key, one.path.join('.'), one] as const),
);

test.each(all)(
	'%s: %s that cannot be read is refused before anything goes out',
	async (key, _, one) => {
		const base = caseOf(key).items[0];
		const items = [...UNFIT[one.type], undefined]
			.filter((bad) => one.type !== 'string' || bad !== undefined)
			.map((bad) => ({ ...base, bad }) as IDataObject);
		const parameters = parametersOf(key, {
			...BESIDE[one.path[0]],
			...parameterAt(one.path, '={{ $json.bad }}'),
		});
		const { outputs, errorOutput, error } = await engine.run({
			items,
			parameters,
			onError: 'continueErrorOutput',
		});
		expect(error).toBeUndefined();
		expect(errorOutput.map(({ json }) => json.error)).toEqual(
			items.map(() => expect.stringMatching(one.path[0] === 'contact' ? /contact/ : /^"/)),
		);
		if (one.path[0] !== 'contact') expect(errorOutput[0].json.error).toContain(`"${one.label}"`);
		expect(outputs[0]).toEqual([]);
		expect(sandbox.calls).toEqual([]);
	},
);
