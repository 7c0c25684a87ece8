import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { Netigate } from '../../../nodes/Netigate/Netigate.node';
import { operations } from '../../../nodes/NetigateQuarantine/operations';
import { DECIDING, properties as quarantineFields } from '../../../nodes/NetigateQuarantine/fields';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { fields as triggerFields } from '../../../nodes/NetigateTrigger/fields';
import { NetigateTrigger } from '../../../nodes/NetigateTrigger/NetigateTrigger.node';
import { forgetTable } from '../../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../../nodes/shared/tables/tableLocation';
import { sampleIds, type Sandbox } from '../../sandbox';
import { actions, caseOf, parametersOf, triedElsewhere } from '../actions/run';
import { byId } from '../actions/cases';
import { DataTables } from '../dataTables';
import { createEngine, loaded, type RunResult } from '../harness';
import { ActiveTrigger } from '../polling';
import { LedgerHost } from '../quarantineLedger';
import { syncing } from '../sendoutParameters';

/** The result of a run: its errors, its calls, and what it stored or output. */
export interface Outcome {
	errors: string[];
	calls: Array<{ method: string; path: string; query: unknown; body: unknown }>;
	/** Outcomes and ledger events, or the trigger's output. */
	remembered: unknown[];
}

/** An action, an operation or a trigger, with valid parameters. */
export interface Subject {
	name: string;
	fields: readonly INodeProperties[];
	/** @param item available as `$json`, except in the trigger */
	run: (parameters: IDataObject, item: IDataObject) => Promise<Outcome>;
	/** The label ID that each mapping can fill. */
	labelIds: Record<string, string>;
}

const QUARANTINE = 'n8n-nodes-netigate.netigateQuarantine';
const { surveys, documentLabels } = sampleIds;

const RANDOM = new Set(['at', 'id', 'attempt', 'token', 'until', 'createdAt', 'updatedAt']);

function withoutRandom(row: object): object {
	return Object.fromEntries(Object.entries(row).filter(([name]) => !RANDOM.has(name)));
}

const syncParameters = syncing({ requestOptions: { settleSeconds: 0.01, retryForSeconds: 0 } });

/** All subjects, which run against this sandbox. */
export function subjectsOf(sandbox: Sandbox): Subject[] {
	const engine = createEngine(sandbox, { [QUARANTINE]: new NetigateQuarantine() });

	const calls = () =>
		sandbox.calls
			.map(({ method, path, query, body }) => ({ method, path, query, body }))
			.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

	const errorsOf = ({ outputs, error }: RunResult) => [
		...(error ? [error.message] : []),
		...outputs.flat().flatMap(({ json }) => (typeof json.error === 'string' ? [json.error] : [])),
	];

	function begin(): void {
		sandbox.reset();
		forgetTable('w1');
		forgetLocations();
	}

	const action = (key: string, base: IDataObject, item: IDataObject): Subject => ({
		name: key,
		fields: actions[key].fields,
		labelIds: {
			backgroundData: '',
			cells: String(documentLabels.firstName + (key.endsWith('sync') ? 10 : 0)),
		},
		async run(parameters, more) {
			begin();
			const tables = new DataTables();
			const host = new LedgerHost();
			const result = await engine.run({
				items: [{ ...item, ...more }],
				parameters: { ...base, ...parameters },
				onError: 'continueErrorOutput',
				workflowId: key.endsWith('sync') ? randomUUID() : 'w1',
				additionalData: key.endsWith('sync')
					? { executeWorkflow: tables.executeWorkflow }
					: host.additionalData,
			});
			return {
				errors: errorsOf(result),
				calls: calls(),
				remembered: host.events().map(withoutRandom),
			};
		},
	});

	const operation = (name: string): Subject => ({
		name: `quarantine ${name}`,
		fields: quarantineFields
			.filter(({ displayOptions }) => (displayOptions?.show?.operation ?? [name]).includes(name))
			.map((field) =>
				field.name === 'options'
					? {
							...field,
							options: (field.options as INodeProperties[]).filter(({ displayOptions }) =>
								(displayOptions?.show?.['/operation'] ?? [name]).includes(name),
							),
						}
					: field,
			),
		labelIds: {},
		async run(parameters, more) {
			begin();
			const host = new LedgerHost();
			const result = await engine.run({
				type: QUARANTINE,
				outputs: DECIDING.includes(name) ? 2 : 1,
				items: [{ email: 'anna@example.com', ...more }],
				parameters: {
					operation: name,
					contact: '={{ $json.email }}',
					surveyId: byId(surveys.postEvent),
					...parameters,
				},
				onError: 'continueErrorOutput',
				additionalData: { executionId: 'e1', ...host.additionalData },
			});
			const outcomes = result.outputs.flat().map(({ json }) => {
				const { status, reason } = (json.quarantine ?? {}) as IDataObject;
				return { status, reason };
			});
			return {
				errors: errorsOf(result),
				calls: calls(),
				remembered: host.calls === 0 ? [] : [outcomes, host.events().map(withoutRandom)],
			};
		},
	});

	const trigger: Subject = {
		name: 'trigger',
		fields: triggerFields,
		labelIds: {},
		async run(parameters) {
			begin();
			const active = new ActiveTrigger(new NetigateTrigger(), sandbox, {
				surveyIds: [surveys.support],
				event: 'completed',
				...parameters,
			});
			const errors: string[] = [];
			const items = await active.sample().catch((error: Error) => errors.push(error.message));
			const shown = JSON.stringify(items).replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'a date');
			return { errors, calls: calls(), remembered: [shown] };
		},
	};

	return [
		...Object.keys(actions)
			.filter((key) => !triedElsewhere.includes(key))
			.map((key) => action(key, parametersOf(key), caseOf(key).items[0])),
		action('respondentList.sync', syncParameters, { email: 'anna@example.com' }),
		...Object.keys(operations).map(operation),
		trigger,
		{
			...action('survey.get', parametersOf('survey.get'), caseOf('survey.get').items[0]),
			name: 'any action',
			// Includes the fields that n8n adds when it loads the node.
			fields: loaded(new Netigate()).description.properties.filter(
				({ name }) => name === 'requestOptions',
			),
		},
	];
}
