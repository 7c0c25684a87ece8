import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { CREDENTIAL } from '../shared/n8n/connection';
import { toNodeError } from '../shared/n8n/failure';
import type { NetigateCredential } from '../shared/netigate/server';
import { check, reserve } from './decide';
import { DECIDING } from './fields';
import { getMany } from './getMany';
import { confirm, lift, record, release } from './remember';
import { QuarantineRun } from './run';

export const operations: Record<string, (run: QuarantineRun) => Promise<void>> = {
	check,
	confirm,
	getMany,
	lift,
	record,
	release,
	reserve,
};

/** The credential is optional. */
async function credentialOf(context: IExecuteFunctions): Promise<NetigateCredential | undefined> {
	if (!context.getNode().credentials?.[CREDENTIAL]) return undefined;
	return await context.getCredentials<NetigateCredential>(CREDENTIAL);
}

/**
 * Runs an operation for all items at once. If "On Error" is set to continue, individual items can fail, but
 * never the whole run. If the whole run failed, n8n would pass all items to the first output, where people
 * are invited.
 */
export async function runQuarantine(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const name = String(this.getNodeParameter('operation', 0));
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	const credential = await credentialOf(this).catch((error: Error) => error);
	const run = new QuarantineRun(
		this,
		!operation || DECIDING.includes(name),
		credential instanceof Error ? undefined : credential,
	);
	run.keepAllowedEmpty();
	try {
		if (credential instanceof Error) throw credential;
		if (!operation) {
			throw new NodeOperationError(this.getNode(), `There is no operation "${name}"`, {
				description: 'Choose one from the list under Operation.',
			});
		}
		await operation(run);
	} catch (error) {
		if (!this.continueOnFail()) throw toNodeError(this.getNode(), error);
		run.failRest(error as Error);
	}
	return run.outputs();
}
