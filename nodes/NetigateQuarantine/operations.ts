import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CREDENTIAL } from '../shared/n8n/connection';
import { runWhole } from '../shared/n8n/failure';
import { HASH_SECRET_CREDENTIAL, hashSecretOf, onlySecretIn } from '../shared/n8n/hashSecret';
import { RunError, SettingError } from '../shared/netigate/errors';
import type { NetigateCredential } from '../shared/netigate/server';
import { find, forget } from './dataRequests';
import { check, reserve } from './decide';
import { DECIDING } from './fields';
import { getMany } from './getMany';
import { confirm, lift, record, release } from './remember';
import { QuarantineRun, type Credentials } from './run';

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

/** Both credentials are optional. The secret comes from the one that contains only a secret, if it is chosen. */
async function credentialsOf(context: IExecuteFunctions): Promise<Credentials> {
	const { credentials = {} } = context.getNode();
	const netigate = credentials[CREDENTIAL]
		? await context.getCredentials<NetigateCredential>(CREDENTIAL)
		: undefined;
	const secret = credentials[HASH_SECRET_CREDENTIAL]
		? onlySecretIn(await context.getCredentials(HASH_SECRET_CREDENTIAL))
		: hashSecretOf(context, netigate);
	return { netigate, secret };
}

/**
 * Runs an operation for all items at once. If "On Error" is set to continue, the run never fails because of its items or
 * the ledger. If the whole run failed, n8n would pass all items to the first output, where people are invited. An
 * invalid setting stops the workflow.
 */
async function outputsOf(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const name = String(context.getNodeParameter('operation', 0));
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	const credentials = await credentialsOf(context).catch((error: Error) => error);
	const run = new QuarantineRun(
		context,
		!operation || DECIDING.includes(name),
		credentials instanceof Error ? { secret: '' } : credentials,
	);
	run.keepAllowedEmpty();
	const attempt = async () => {
		if (credentials instanceof Error) throw credentials;
		if (operation) return await operation(run);
		const advice = "Choose one from the list under 'Operation'.";
		throw new RunError(`There is no operation "${name}"`, advice);
	};
	await attempt().catch((error: Error) => {
		if (error instanceof SettingError || !context.continueOnFail()) throw error;
		run.failRest(error);
	});
	return run.outputs();
}

export async function runQuarantine(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runWhole(this, async () => await outputsOf(this));
}
