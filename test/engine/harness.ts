import 'reflect-metadata';
import {
	ExecutionLifecycleHooks,
	DirectoryLoader,
	ExecuteContext,
	LoadOptionsContext,
	RoutingNode,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IDataObject,
	type IExecuteData,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type IAuthenticateGeneric,
	type NodeExecutionHint,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import * as n8nWorkflow from 'n8n-workflow';
import { NetigateApi } from '../../credentials/NetigateApi.credentials';
import { Netigate } from '../../nodes/Netigate/Netigate.node.js';

// n8n stops regular expressions after 250 ms (older versions have no limit). A machine that is busy with tests
// may take longer.
n8nWorkflow.setSafeRegexEngine?.({
	exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
	test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
	replace: (pattern, input, flags, replacement) =>
		input.replace(new RegExp(pattern, flags), replacement),
	matchAll: (pattern, input, flags) => [
		...input.matchAll(new RegExp(pattern, `${flags ?? ''}g`.replace(/g(?=.*g)/, ''))),
	],
	split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
});

/** Creates a node that only exists in tests. */
function testNode(
	name: string,
	description: Partial<INodeType['description']>,
	execute: NonNullable<INodeType['execute']>,
): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: 'Part of a test',
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
			...description,
		},
		execute,
	};
}

const emitted: IDataObject[][] = [];

/** Starts the workflow with the test's items. They aren't parameters, because n8n would turn dates into text. */
const itemsNode = testNode(
	'items',
	{
		group: ['trigger'],
		inputs: [],
		properties: [{ displayName: 'Which', name: 'which', type: 'number', default: 0 }],
	},
	async function () {
		const items = emitted[this.getNodeParameter('which', 0) as number];
		return [items.map((json, item) => ({ json: { ...json }, pairedItem: { item } }))];
	},
);

/** Parameters for a `test.items` node that emits these items. */
export const emitting = (items: IDataObject[]): INode['parameters'] => ({
	which: emitted.push(items) - 1,
});

/** Passes items on, so that a test sees what arrives at an output. */
const sinkNode = testNode('sink', {}, async function () {
	return [this.getInputData()];
});

const nodeOf = (name: string, type: string, parameters: INode['parameters'] = {}): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters,
});

type Credential = { apiKey: string; server: string; baseUrl?: string; defaultCountry?: string };

/** Adds Request Options to a declarative node, like n8n does when it loads one. */
export function loaded(node: INodeType): INodeType {
	DirectoryLoader.applyDeclarativeNodeOptionParameters(node);
	return node;
}

/** The node type that n8n creates from the node for an agent. */
const TOOL = 'n8n-nodes-netigate.netigateTool';

function asTool(node: Netigate): Netigate {
	Object.assign(node.description, { name: 'netigateTool' });
	return node;
}

export function nodeTypesOf(extra: Record<string, INodeType>): INodeTypes {
	const known: Record<string, INodeType> = {
		'test.items': itemsNode,
		'test.sink': sinkNode,
		'n8n-nodes-netigate.netigate': loaded(new Netigate()),
		[TOOL]: loaded(asTool(new Netigate())),
		...extra,
	};
	const get = (type: string): INodeType => {
		const found = known[type];
		if (!found) throw new Error(`The test knows no node type ${type}`);
		return found;
	};
	return {
		getByName: get,
		getByNameAndVersion: get,
		getKnownTypes: () => ({}),
	} as unknown as INodeTypes;
}

function credentialsHelper(
	credential: Credential,
	nodeTypes: INodeTypes,
	hashSecret: unknown,
): ICredentialsHelper {
	const authenticate = new NetigateApi().authenticate as IAuthenticateGeneric;
	const resolve = (value: string, credentials: ICredentialDataDecryptedObject): string => {
		const node = nodeOf('c', 'test.sink');
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		return workflow.expression.getSimpleParameterValue(
			node,
			value,
			'internal',
			{ $credentials: credentials },
			undefined,
			'',
		) as string;
	};
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		preAuthentication: async () => undefined,
		getDecrypted: async (_: unknown, __: unknown, type: string) => ({
			...(type === 'netigateHashSecretApi' ? {} : credential),
			...(hashSecret === undefined ? {} : { hashSecret }),
		}),
		getCredentialsProperties: () => new NetigateApi().properties,
		authenticate: async (
			credentials: ICredentialDataDecryptedObject,
			_: string,
			options: IHttpRequestOptions,
		) => {
			const headers = Object.fromEntries(
				Object.entries(authenticate.properties.headers ?? {}).map(([name, value]) => [
					name,
					resolve(value as string, credentials),
				]),
			);
			return { ...options, headers: { ...options.headers, ...headers } };
		},
	} as unknown as ICredentialsHelper;
}

/** Base URLs for expressions such as $execution.resumeUrl. No server listens there. */
const URLS = [
	'restApiUrl',
	'instanceBaseUrl',
	'webhookBaseUrl',
	'webhookWaitingBaseUrl',
	'webhookTestBaseUrl',
	'formBaseUrl',
	'formWaitingBaseUrl',
	'formTestBaseUrl',
];

export function additionalDataOf(
	credential: Credential,
	nodeTypes: INodeTypes,
	mode: WorkflowExecuteMode,
	overrides: Partial<IWorkflowExecuteAdditionalData>,
	hashSecret?: unknown,
): IWorkflowExecuteAdditionalData {
	const workflowData = { id: 'w1', name: 'test', nodes: [], connections: {}, active: false };
	return {
		credentialsHelper: credentialsHelper(credential, nodeTypes, hashSecret),
		hooks: new ExecutionLifecycleHooks(mode, overrides.executionId ?? '1', workflowData as never),
		executionId: '1',
		currentNodeExecutionIndex: 0,
		...Object.fromEntries(URLS.map((name) => [name, `http://127.0.0.1/${name}`])),
		variables: {},
		setExecutionStatus: () => {},
		logAiEvent: () => {},
		executeWorkflow: async () => {
			throw new Error('This test runs no sub-workflow');
		},
		...overrides,
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Starts a run. Older engines take separate arguments instead of one object. */
function runFrom(execution: WorkflowExecute, workflow: Workflow, startNode: INode) {
	if (execution.run.length === 1) return execution.run({ workflow, startNode });
	const { run } = execution as unknown as {
		run: (...given: unknown[]) => ReturnType<WorkflowExecute['run']>;
	};
	return run.call(execution, workflow, startNode);
}

export interface RunRequest {
	/** Parameters of the node under test, as in a saved workflow. */
	parameters: IDataObject;
	/** The node's input items. */
	items?: IDataObject[];
	/** The node's type. By default, the action node. */
	type?: string;
	typeVersion?: number;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	alwaysOutputData?: boolean;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	timezone?: string;
	mode?: WorkflowExecuteMode;
	/** The number of outputs, if it depends on the parameters. */
	outputs?: number;
	/** False: the node has no credential. */
	credential?: false;
	/** Hash Secret in the Netigate credential or, without that, in the Netigate Hash Secret credential. */
	hashSecret?: unknown;
	/** Adds a second node that has the same parameters and gets the same items. */
	secondNode?: boolean;
	/** Starts the workflow at this node, which then receives one empty item. */
	alone?: boolean;
	/** Called with a function that cancels the execution. */
	onStart?: (cancel: () => void) => void;
	additionalData?: Partial<IWorkflowExecuteAdditionalData>;
	/** When the execution began, or null in an n8n that doesn't show it. Runs with the same ID and start are one execution. */
	started?: number | null;
	/** Each workflow is in its own project, so it has its own data tables. */
	workflowId?: string;
}

export interface RunResult {
	/** Items at the outputs of the node under test, paired with its input. */
	outputs: INodeExecutionData[][];
	/** The first output. */
	output: INodeExecutionData[];
	/** The last output, where "On Error" sends failed items. */
	errorOutput: INodeExecutionData[];
	/** Why the execution stopped, if it did. */
	error?: Error & { description?: string; context?: IDataObject };
	hints: NodeExecutionHint[];
	run: IRun;
}

interface Engine {
	run: (request: RunRequest) => Promise<RunResult>;
	/** Runs an action as an AI agent's tool, which n8n does only through its routing. */
	route: (
		request: Pick<RunRequest, 'parameters' | 'items' | 'type' | 'onError'>,
	) => Promise<INodeExecutionData[]>;
	/** Returns the choices that n8n's editor loads for a field, e.g. `listSearch` `searchSurveys`. */
	load: <T>(
		kind: 'listSearch' | 'loadOptions' | 'resourceMapping',
		method: string,
		parameters: IDataObject,
		filter?: string,
		type?: string,
	) => Promise<T>;
}

/**
 * Creates an n8n engine in this process, with a Netigate credential for every node. It reads the URL only when a
 * node needs it, so it can be created before the sandbox starts.
 */
export function createEngine(
	netigate: { url: string; apiKey: string; defaultCountry?: string },
	extraNodes: Record<string, INodeType> = {},
): Engine {
	const nodeTypes = nodeTypesOf(extraNodes);
	const data: Credential = {
		apiKey: netigate.apiKey,
		defaultCountry: netigate.defaultCountry ?? '',
		server: 'custom',
		get baseUrl() {
			return netigate.url;
		},
	};

	const nodeUnderTest = (request: RunRequest): INode => ({
		...nodeOf(
			'Node',
			request.type ?? 'n8n-nodes-netigate.netigate',
			request.parameters as INode['parameters'],
		),
		id: 'n',
		typeVersion: request.typeVersion ?? 1,
		...(request.credential === false
			? request.hashSecret === undefined
				? {}
				: { credentials: { netigateHashSecretApi: { id: 's', name: 'Secret' } } }
			: { credentials: { netigateApi: { id: 'k', name: 'Netigate' } } }),
		onError: request.onError,
		alwaysOutputData: request.alwaysOutputData,
		retryOnFail: request.retryOnFail,
		maxTries: request.maxTries,
		waitBetweenTries: request.waitBetweenTries,
	});

	const workflowOf = (request: RunRequest): Workflow => {
		const node = nodeUnderTest(request);
		const type = nodeTypes.getByNameAndVersion(node.type, 1);
		const outputCount =
			(request.outputs ?? (type.description.outputs as unknown[]).length) +
			(request.onError === 'continueErrorOutput' ? 1 : 0);
		const sinks = Array.from({ length: outputCount }, (_, index) =>
			nodeOf(`Output ${index}`, 'test.sink'),
		);
		const others = request.secondNode ? [{ ...node, id: 's', name: 'Second' }] : [];
		const items = nodeOf('Items', 'test.items', emitting(request.items ?? [{}]));
		const to = (nodes: INode[]) =>
			nodes.map(({ name }) => ({ node: name, type: NodeConnectionTypes.Main, index: 0 }));
		return new Workflow({
			id: request.workflowId ?? 'w1',
			name: 'test',
			nodes: [items, node, ...others, ...sinks],
			connections: {
				Items: { main: [to([node, ...others])] },
				Node: { main: sinks.map((sink) => to([sink])) },
			},
			active: false,
			nodeTypes,
			settings: { executionOrder: 'v1', timezone: request.timezone ?? 'Europe/Berlin' },
		});
	};

	return {
		async run(request) {
			const workflow = workflowOf(request);
			const mode = request.mode ?? 'trigger';
			const additionalData = additionalDataOf(
				data,
				nodeTypes,
				mode,
				request.additionalData ?? {},
				request.hashSecret,
			);
			additionalData.hooks?.addHandler('workflowExecuteBefore', (_, data) => {
				const { runtimeData } = data?.executionData ?? {};
				if (runtimeData && request.started !== undefined)
					runtimeData.establishedAt = request.started ?? (undefined as never);
			});
			const execution = new WorkflowExecute(additionalData, mode);
			const running = runFrom(
				execution,
				workflow,
				workflow.getNode(request.alone ? 'Node' : 'Items')!,
			);
			request.onStart?.(() => running.cancel());
			const run = await running;
			const { runData, error } = run.data.resultData;
			const own = runData.Node?.at(-1);
			const outputs = workflow.connectionsBySourceNode.Node.main.map(
				// Uses this node's own data, because data in the next node is paired with the next node's input.
				(_, index) => own?.data?.main?.[index] ?? [],
			);
			return {
				outputs,
				output: outputs[0],
				errorOutput: outputs.at(-1)!,
				error: error as RunResult['error'],
				hints: own?.hints ?? [],
				run,
			};
		},

		async load<T>(
			kind: string,
			method: string,
			parameters: IDataObject,
			filter?: string,
			type?: string,
		) {
			const workflow = workflowOf({ parameters, type });
			const node = workflow.getNode('Node')!;
			const context = new LoadOptionsContext(
				workflow,
				node,
				additionalDataOf(data, nodeTypes, 'internal', {
					currentNodeParameters: node.parameters,
				}),
				'parameters',
			);
			const { methods } = nodeTypes.getByNameAndVersion(node.type, 1) as INodeType;
			const known = methods as Record<string, Record<string, (filter?: string) => Promise<T>>>;
			return await known[kind][method].call(context, filter);
		},

		async route(request) {
			const workflow = workflowOf({ type: TOOL, ...request });
			const node = workflow.getNode('Node')!;
			const inputData = { main: [(request.items ?? [{}]).map((json) => ({ json }))] };
			const executeData: IExecuteData = { node, data: inputData, source: null };
			const context = new ExecuteContext(
				workflow,
				node,
				additionalDataOf(data, nodeTypes, 'trigger', {}),
				'trigger',
				createRunExecutionData({}),
				0,
				inputData.main[0],
				inputData,
				executeData,
				[],
			);
			const type = nodeTypes.getByNameAndVersion(node.type, 1);
			const output = await new RoutingNode(context, type).runNode();
			return output?.[0] ?? [];
		},
	};
}
