import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import type { AnswerSet, Question } from '../../nodes/shared/netigate/types';
import { Questions } from '../../nodes/shared/results/questions';
import { simplify } from '../../nodes/shared/results/simplify';

export const described = (name: string): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: 'What n8n itself takes',
	defaults: { name },
	inputs: ['main'],
	outputs: ['main'],
	credentials: [{ name: 'netigateApi', required: true }],
	properties: [{ displayName: 'Given', name: 'given', type: 'json', default: '{}' }],
});

const given = <T>(context: IExecuteFunctions) =>
	JSON.parse(context.getNodeParameter('given', 0) as string) as T;

/** Outputs the same number of results as Get Many without any call, to measure what n8n needs to hold them. */
class ResultItems implements INodeType {
	description = described('benchItems');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { count, sets, tree } = given<{ count: number; sets: AnswerSet[]; tree: Question[] }>(
			this,
		);
		const questions = new Questions(tree);
		const texts = sets.map((set) => JSON.stringify(set));
		const items = Array.from({ length: count }, (_, at) => ({
			// Each item has its own texts, like real answers.
			json: { ...simplify(JSON.parse(texts[at % texts.length]) as AnswerSet, questions, 'text') },
			pairedItem: { item: 0 },
		}));
		return await Promise.resolve([items]);
	}
}

/** Reads responses as text with n8n's helper and drops them, to measure what n8n needs for lists without pages. */
class BareReads implements INodeType {
	description = described('benchReads');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		for (const url of given<string[]>(this)) {
			await this.helpers.httpRequestWithAuthentication.call(this, 'netigateApi', {
				url,
				encoding: 'text',
			});
		}
		return [[{ json: {} }]];
	}
}

/** Nodes that measure n8n's own needs, by type. */
export const floors: Record<string, INodeType> = {
	'bench.items': new ResultItems(),
	'bench.reads': new BareReads(),
};
