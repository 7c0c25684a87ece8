import { PollContext } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { additionalDataOf, nodeTypesOf } from './harness';

/** A trigger in an active workflow, polled like n8n does. */
export class ActiveTrigger {
	private readonly nodeTypes;

	private workflow: Workflow;

	private context!: PollContext;

	/** The static data that n8n saved. It saves after activation and with each execution. */
	private saved = '{}';

	/** All items that started an execution, in order. */
	readonly emitted: IDataObject[] = [];

	/** The warnings in n8n's log. */
	readonly warnings: string[] = [];

	constructor(
		private readonly type: INodeType,
		private readonly credential: { url: string; apiKey: string },
		private parameters: IDataObject,
		private readonly options: { budgetMs?: number; timezone?: string } = {},
	) {
		this.nodeTypes = nodeTypesOf({ 'test.trigger': type });
		this.workflow = this.load({});
	}

	private load(staticData: IDataObject): Workflow {
		const node: INode = {
			id: 't',
			name: 'Trigger',
			type: 'test.trigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: this.parameters as INode['parameters'],
			credentials: { netigateApi: { id: 'k', name: 'Netigate' } },
		};
		return new Workflow({
			id: 'w1',
			name: 'test',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: this.nodeTypes,
			staticData,
			settings: { executionOrder: 'v1', timezone: this.options.timezone ?? 'Europe/Berlin' },
		});
	}

	private contextFor(activation: WorkflowActivateMode, mode: WorkflowExecuteMode): PollContext {
		const { url, apiKey } = this.credential;
		const data = { apiKey, server: 'custom', baseUrl: url };
		const node = this.workflow.getNode('Trigger')!;
		const { budgetMs } = this.options;
		const more = additionalDataOf(data, this.nodeTypes, mode, {});
		const hooks = [undefined, undefined, undefined, undefined, undefined] as const;
		const budget = budgetMs === undefined ? undefined : () => budgetMs;
		const context = new PollContext(this.workflow, node, more, mode, activation, ...hooks, budget);
		jest.spyOn(context.logger, 'warn').mockImplementation((text) => {
			this.warnings.push(text);
		});
		return context;
	}

	private async run(context: PollContext): Promise<IDataObject[]> {
		const result = (await this.type.poll!.call(context)) as INodeExecutionData[][] | null;
		if (result === null) return [];
		// For any other result, n8n starts an execution, even if there are no items.
		expect(result[0].length).toBeGreaterThan(0);
		return result[0].map(({ json }) => json);
	}

	private save(): void {
		this.saved = JSON.stringify(this.workflow.staticData);
	}

	/** The static data in n8n's memory. */
	get liveData(): string {
		return JSON.stringify(this.workflow.staticData);
	}

	/** The saved static data. */
	get savedData(): string {
		return this.saved;
	}

	/** Activates the workflow. n8n then polls immediately. */
	async activate(activation: WorkflowActivateMode = 'activate'): Promise<IDataObject[]> {
		this.context = this.contextFor(activation, 'trigger');
		const items = await this.poll();
		this.save();
		return items;
	}

	async poll(): Promise<IDataObject[]> {
		const items = await this.run(this.context);
		if (items.length > 0) this.save();
		this.emitted.push(...items);
		return items;
	}

	/** Restarts n8n, which keeps only saved data. */
	async restart(): Promise<IDataObject[]> {
		this.workflow = this.load(JSON.parse(this.saved) as IDataObject);
		return await this.activate('init');
	}

	/** Changes parameters of the active workflow and publishes it. */
	async publish(parameters: IDataObject): Promise<IDataObject[]> {
		this.parameters = { ...this.parameters, ...parameters };
		this.workflow = this.load(JSON.parse(this.saved) as IDataObject);
		return await this.activate('update');
	}

	/** Runs the trigger manually, like the editor. */
	async sample(): Promise<IDataObject[]> {
		return await this.run(this.contextFor('manual', 'manual'));
	}
}
