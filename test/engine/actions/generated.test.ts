import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import Ajv from 'ajv/dist/2020';
import { loadOutputSchema } from 'n8n-core';
import { savedNames } from '../../docs';
import type { OutputSchema } from '../../docs/outputSchemas';
import { brokenNames, publicNames, type PublicNames } from '../../docs/publicNames';
import { useSandbox } from '../../sandbox/useSandbox';
import { createEngine } from '../harness';
import { actions, caseOf, parametersOf, tried } from './run';

const root = resolve(__dirname, '../../..');

test('all generated files are current', async () => {
	const run = promisify(execFile)(process.execPath, ['test/run/docs.mjs', '--check'], {
		cwd: root,
	});
	// On failure, the error shows the outdated files and the command that updates them.
	expect((await run).stdout).toMatch(/All current/);
});

describe('internal names', () => {
	const saved = savedNames();
	const now = publicNames();

	test('names in saved workflows exist and have the same meaning', () => {
		expect(brokenNames(saved, now)).toEqual([]);
		expect(Object.keys(saved).sort()).toEqual([...Object.keys(actions), 'tool'].sort());
		expect(saved).toEqual(now);
	});

	const changed = (change: (names: PublicNames) => void) => {
		const names = structuredClone(now);
		change(names);
		return brokenNames(now, names);
	};

	test.each<[string, (names: PublicNames) => void, string[]]>([
		['a removed action', (names) => delete names['user.get'], ['user.get is gone']],
		[
			'a removed parameter',
			(names) => delete names['survey.get'].surveyId,
			['survey.get.surveyId is gone'],
		],
		[
			'a changed type',
			(names) => (names['respondent.add'].contact.type = 'number'),
			['respondent.add.contact was of type string and is now number'],
		],
		[
			'a changed default inside a collection',
			(names) => (names['sendout.launch'].options.parameters!.existing.default = 'skip'),
			['sendout.launch.options.existing was "add" unless set and is now "skip"'],
		],
		[
			'a removed choice',
			({ 'sendout.create': { type } }) => type.values!.splice(type.values!.indexOf('SMS'), 1),
			['sendout.create.type no longer takes SMS'],
		],
	])('%s is reported', (_, change, broken) => {
		expect(changed(change)).toEqual(broken);
	});

	test('a new action, parameter or choice is allowed', () => {
		const grown = changed((names) => {
			names['survey.new'] = {};
			names['survey.get'].more = { type: 'string', default: '' };
			names['sendout.create'].type.values!.push('LETTER');
		});
		expect(grown).toEqual([]);
	});
});

describe('output schemas', () => {
	const schemaOf = (key: string) => {
		const [resource, operation] = key.split('.');
		return loadOutputSchema({
			nodeDir: resolve(root, 'nodes/Netigate'),
			version: 1,
			resource,
			operation,
		}) as unknown as OutputSchema | undefined;
	};

	/** The schema without additional properties. */
	function closed({ type, properties, items }: OutputSchema): object {
		return {
			type,
			...(properties
				? {
						additionalProperties: false,
						required: Object.keys(properties),
						properties: Object.fromEntries(
							Object.entries(properties).map(([name, each]) => [name, closed(each)]),
						),
					}
				: {}),
			...(items ? { items: closed(items) } : {}),
		};
	}

	test.each(Object.keys(actions))('n8n finds the schema of %s', (key) => {
		expect(schemaOf(key)).toMatchObject({ type: 'object', version: 1 });
	});

	const sandbox = useSandbox();

	test.each(tried)('%s outputs exactly what its schema shows', async (key) => {
		const { items, setup } = caseOf(key);
		setup?.(sandbox);
		// The schemas describe simplified results, and people without the item's own fields.
		const own = ['respondent.add', 'sendout.launch'].includes(key);
		const more: IDataObject = own
			? { options: { output: 'netigate' } }
			: key.startsWith('result.')
				? { simplify: true }
				: {};
		const { output } = await createEngine(sandbox).run({
			items: [items[0]],
			parameters: parametersOf(key, more),
		});
		expect(output.length).toBeGreaterThan(0);
		const validate = new Ajv({ allowUnionTypes: true }).compile(closed(schemaOf(key)!));
		for (const { json } of output) {
			validate(json);
			expect(validate.errors ?? []).toEqual([]);
		}
	});
});
