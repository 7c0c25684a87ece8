import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { netigateApiTest } from '../shared/n8n/credentialTest';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import { withoutContacts } from '../shared/n8n/shown';
import type { Result } from '../shared/results/reader';
import type { NetigateCredential } from '../shared/netigate/server';
import { printKey } from './changes';
import { fields, readSettings } from './fields';
import { getQuestionOptions, getSendoutOptions, getSurveyOptions } from './loadOptions';
import { poll, sample, type TriggerMemory } from './poll';

/** A longer poll would overlap with the next one. */
const MAX_POLL_MS = 45_000;
/** The part of n8n's time budget for a poll that is reserved for n8n itself. */
const SPARE_MS = 4_000;
/** After this time, a failing request isn't retried until the next poll. */
const RETRY_MS = 10_000;

/** Contexts that have already polled. n8n uses one context per activation. */
const polledBefore = new WeakSet<IPollFunctions>();

/** Whether this poll is part of activating the workflow. Later polls and the first poll after a restart aren't. */
function isActivation(context: IPollFunctions): boolean {
	return ['activate', 'create'].includes(context.getActivationMode()) && !polledBefore.has(context);
}

function deadlineOf(context: IPollFunctions): number {
	// Older versions of n8n don't have this method.
	const budget = (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? MAX_POLL_MS;
	return Date.now() + Math.max(Math.min(budget - SPARE_MS, MAX_POLL_MS), 1000);
}

async function pollOnce(context: IPollFunctions): Promise<Result[]> {
	const settings = readSettings(context);
	const client = await netigateClient(context, { retryForMs: RETRY_MS });
	if (context.getMode() === 'manual') return await sample(settings, client);
	const { apiKey } = await context.getCredentials<NetigateCredential>(CREDENTIAL);
	const memory = context.getWorkflowStaticData('node');
	const results = await poll({
		settings,
		client,
		key: printKey(apiKey ?? ''),
		fresh: isActivation(context),
		deadline: deadlineOf(context),
		now: () => Date.now(),
		load: () => memory as Partial<TriggerMemory>,
		save: (next) => {
			for (const [name, value] of Object.entries(next)) {
				// Any assignment makes n8n save the whole memory, so unchanged values aren't assigned.
				if (JSON.stringify(memory[name]) !== JSON.stringify(value))
					memory[name] = value as IDataObject;
			}
		},
		failed: (surveyId, failure) =>
			context.logger.warn(
				`Netigate Trigger couldn't read survey ${surveyId}: ${failure instanceof Error ? withoutContacts(failure.message) : 'unknown'}`,
			),
	});
	polledBefore.add(context);
	return results;
}

export class NetigateTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Netigate Trigger',
		name: 'netigateTrigger',
		icon: { light: 'file:netigateTrigger.svg', dark: 'file:netigateTrigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["event"] === "updated" ? "answer changed" : "answer completed" }}',
		// The node panel also shows this description for the actions.
		description:
			'Starts the workflow when someone answers a Netigate survey. Actions invite people, create sendouts and read results.',
		defaults: { name: 'Netigate Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'netigateApi', required: true, testedBy: 'netigateApiTest' }],
		builderHint: {
			searchHint:
				"Starts a workflow once per new answer. Set 'conditions' to react only to some answers, such as low scores. It doesn't read earlier answers.",
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-netigate.netigate',
					relationHint:
						"Reads earlier answers with operation 'getMany' of resource 'result', and invites people",
				},
			],
		},
		properties: fields,
	};

	methods = {
		credentialTest: { netigateApiTest },
		loadOptions: { getQuestionOptions, getSendoutOptions, getSurveyOptions },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const results = await pollOnce(this).catch((error: unknown) => {
			throw toNodeError(this.getNode(), error);
		});
		return results.length > 0
			? [this.helpers.returnJsonArray(results as unknown as IDataObject[])]
			: null;
	}
}
