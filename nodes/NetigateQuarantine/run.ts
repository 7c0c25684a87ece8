import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { wholeRunError } from '../shared/quarantine/result';
import { operations } from './operations';
import { QuarantineRun } from './operations/run';

/**
 * Runs an operation for all items at once.
 *
 * Never fails as a whole when "On Error" says to go on: n8n would then pass all items on at the first
 * output, where people are invited.
 */
export async function runQuarantine(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const name = String(this.getNodeParameter('operation', 0));
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	const run = new QuarantineRun(this, this.getInputData(), operation?.deciding ?? true);
	run.keepAllowedEmpty();
	try {
		if (!operation) {
			throw new NodeOperationError(this.getNode(), `There is no operation "${name}"`, {
				description: 'Choose one of the list under Operation.',
			});
		}
		await operation.perform(run);
	} catch (error) {
		run.failRest(wholeRunError(this.getNode(), error));
	}
	return run.outputs();
}
