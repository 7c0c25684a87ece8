import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CREDENTIAL } from '../shared/n8n/connection';
import { restoreOnError, stopOnError, toNodeError } from '../shared/n8n/failure';
import { RunError, SettingError } from '../shared/netigate/errors';
import type { NetigateCredential } from '../shared/netigate/server';
import { find, forget } from './dataRequests';
import { check, reserve } from './decide';
import { DECIDING } from './fields';
import { getMany } from './getMany';
import { confirm, lift, record, release } from './remember';
import { QuarantineRun } from './run';

export const operations: Record<string, (run: QuarantineRun) => Promise<void>> = {
	check,
	confirm,
	find,
	forget,
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
 * Runs an operation for all items at once. If "On Error" is set to continue, the run never fails because of its items or
 * the ledger. If the whole run failed, n8n would pass all items to the first output, where people are invited. An
 * invalid setting stops the workflow.
 */
async function outputsOf(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const name = String(context.getNodeParameter('operation', 0));
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	const credential = await credentialOf(context).catch((error: Error) => error);
	const run = new QuarantineRun(
		context,
		!operation || DECIDING.includes(name),
		credential instanceof Error ? undefined : credential,
	);
	run.keepAllowedEmpty();
	const attempt = async () => {
		if (credential instanceof Error) throw credential;
		if (operation) return await operation(run);
		const advice = 'Choose one from the list under Operation.';
		throw new RunError(`There is no operation "${name}"`, advice);
	};
	await attempt().catch((error: Error) => {
		if (error instanceof SettingError || !context.continueOnFail()) throw error;
		run.failRest(error);
	});
	return run.outputs();
}

export async function runQuarantine(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	restoreOnError(this);
	try {
		return await outputsOf(this);
	} catch (error) {
		stopOnError(this);
		throw toNodeError(this.getNode(), error);
	}
}
