import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import type { IDataObject } from 'n8n-workflow';

interface Node {
	name: string;
	type: string;
	executeOnce?: boolean;
	parameters: Record<string, unknown>;
}

interface Workflow {
	nodes: Node[];
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
}

interface Item {
	json: IDataObject;
	node: string;
	/** The item that it was made from. */
	from?: Item;
}

type Evaluate = (template: unknown) => unknown;

const START = 'Called by the Quarantine';

const workflow = JSON.parse(
	readFileSync(`${__dirname}/../../../workflows/quarantine-ledger-redis.json`, 'utf8'),
) as Workflow;

/** The part of Redis that the ledger workflow uses, with its own clock. */
export class PretendedRedis {
	private readonly lists = new Map<string, { entries: string[]; until: number }>();

	private readonly hashes = new Map<string, Record<string, string>>();

	constructor(private readonly clock: { now: number }) {}

	/** The seconds until each contact's list expires. */
	secondsLeft(): number[] {
		return this.keys('netigate:quarantine:contact:*').map(
			(key) => (this.lists.get(key)!.until - this.clock.now) / 1000,
		);
	}

	/** The number of changes of entries after which the connection is lost. */
	failAfter = Infinity;

	entriesOf(contact: string): string[] {
		return this.list(`netigate:quarantine:contact:${contact}`)?.entries ?? [];
	}

	push(key: string, entry: string): void {
		const list = this.list(key);
		if (list) list.entries.push(entry);
		else this.lists.set(key, { entries: [entry], until: Infinity });
	}

	/** Runs a Redis node. */
	run({ operation, ...given }: Record<string, unknown>, { json }: Item, of: Evaluate): IDataObject {
		const key = String(of(given.key ?? given.list));
		const list = this.list(key);
		if (operation === 'keys') return { keys: this.keys(String(of(given.keyPattern))) };
		if (operation === 'delete') {
			this.lists.delete(key);
			return json;
		}
		if (operation === 'get') {
			const value =
				given.keyType === 'hash' ? { ...this.hashes.get(key) } : [...(list?.entries ?? [])];
			return { [String(given.propertyName)]: value };
		}
		if (operation === 'push') {
			this.push(key, String(of(given.messageData)));
		} else if (given.keyType === 'hash') {
			const fields = JSON.parse(String(of(given.value))) as Record<string, string>;
			this.hashes.set(key, { ...this.hashes.get(key), ...fields });
		} else {
			for (const [index, entry] of (of(given.value) as string[]).entries()) {
				if (!list || index >= list.entries.length) throw new Error('ERR index out of range');
				if (--this.failAfter < 0) throw new Error('The connection was lost');
				list.entries[index] = entry;
			}
			if (list && of(given.expire) === true)
				list.until = this.clock.now + Number(of(given.ttl)) * 1000;
		}
		return json;
	}

	private list(key: string) {
		const list = this.lists.get(key);
		if (!list || list.until > this.clock.now) return list;
		this.lists.delete(key);
		return undefined;
	}

	private keys(pattern: string): string[] {
		return [...this.lists.keys()].filter(
			(key) => key.startsWith(pattern.slice(0, -1)) && this.list(key),
		);
	}
}

/**
 * Runs the ledger workflow for Redis with its real nodes and expressions.
 *
 * @param before awaited before each node, by its name
 */
export async function runRedisWorkflow(
	redis: PretendedRedis,
	asked: IDataObject[],
	before: (node: string) => Promise<void>,
): Promise<IDataObject[]> {
	const outputs = new Map<string, Item[]>();
	let items = (JSON.parse(JSON.stringify(asked)) as IDataObject[]).map(
		(json): Item => ({ json, node: START }),
	);
	let name = START;
	let branch = 0;
	for (;;) {
		outputs.set(name, items);
		const next = workflow.connections[name]?.main[branch]?.[0].node;
		if (!next) return items.map(({ json }) => json);
		await before(next);
		const node = workflow.nodes.find((one) => one.name === next)!;
		const given = node.executeOnce ? items.slice(0, 1) : items;
		branch = 0;
		if (node.type.endsWith('.if')) {
			const { leftValue, rightValue } = (
				node.parameters.conditions as { conditions: IDataObject[] }
			).conditions[0];
			branch = evaluate(leftValue, given[0], outputs) === rightValue ? 0 : 1;
		}
		items = given.flatMap((item) =>
			outputOf(redis, node, item, (template) => evaluate(template, item, outputs)).map(
				(json): Item => ({ json, node: next, from: item }),
			),
		);
		name = next;
	}
}

function outputOf(
	redis: PretendedRedis,
	{ type, parameters }: Node,
	item: Item,
	of: Evaluate,
): IDataObject[] {
	switch (type.split('.').pop()) {
		case 'if':
			return [item.json];
		case 'set':
			return [of(parameters.jsonOutput) as IDataObject];
		case 'splitOut': {
			const records = item.json.records as IDataObject[];
			return records.length > 0 ? records.map((record) => ({ record })) : [{}];
		}
		default:
			return [redis.run(parameters, item, of)];
	}
}

type Compiled = ($json: IDataObject, $: (name: string) => unknown) => unknown;

const compiled = new Map<string, Compiled>();

function evaluate(template: unknown, item: Item, outputs: ReadonlyMap<string, Item[]>): unknown {
	if (typeof template !== 'string' || !template.startsWith('=')) return template;
	const $ = (name: string) => ({
		first: () => outputs.get(name)![0],
		all: () => outputs.get(name),
		get item() {
			let one: Item | undefined = item;
			while (one && one.node !== name) one = one.from;
			return one;
		},
	});
	const result = (source: string) => {
		const known = compiled.get(source);
		const run = known ?? (runInThisContext(`(($json, $) => (${source}))`) as Compiled);
		compiled.set(source, run);
		return run(item.json, $);
	};
	const whole = /^=\{\{ (.*) \}\}$/.exec(template);
	if (whole) return result(whole[1]);
	return template.slice(1).replace(/\{\{(.*?)\}\}/g, (_, source: string) => String(result(source)));
}
