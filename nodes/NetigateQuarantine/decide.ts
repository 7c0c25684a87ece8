import type { IExecuteFunctions } from 'n8n-workflow';
import { CREDENTIAL, netigateClient } from '../../shared/n8n/connection';
import { InputError } from '../../shared/netigate/errors';
import { isTestRun } from '../../shared/n8n/testRun';
import { isBlocked, readBlocklist } from '../../shared/invite/blocklist';
import { daysNeeded, ledgerAccess, type LedgerAccess } from '../../shared/quarantine/openLedger';
import {
	checkAll,
	reserveAll,
	withoutLedger,
	type Candidate,
} from '../../shared/quarantine/reserve';
import { toOutput } from '../../shared/quarantine/result';
import { rulesIn } from '../../shared/quarantine/rules/rules';
import { groupOf, rulesOf, surveyOf } from '../../shared/quarantine/settings';
import { hasFailedConfirm, isSubWorkflow } from './failedConfirms';
import type { QuarantineRun } from './run';

/**
 * Decides for all items who may be asked.
 *
 * @param remember whether the allowed ones are reserved, too
 */
export async function decide(run: QuarantineRun, remember: boolean): Promise<void> {
	const { context, options } = run;
	const read = run.each(({ itemIndex, parameters, contact, given }) => ({
		itemIndex,
		contact,
		survey: surveyOf(parameters),
		group: groupOf(parameters),
		rules: rulesOf(parameters),
		timeZone: parameters.timeZone,
		exempt: parameters.collection('options').flag('exempt'),
		given,
		address: options.storeContact ? contact : null,
	}));
	if (read.length === 0) return;

	const reserves = remember && !run.isTest();
	const rules = rulesIn(read);
	// A test run changes nothing, so neither for how long events are kept.
	const days =
		reserves || !isTestRun(context) ? daysNeeded(rules, remember ? options.keepDays : 0) : 0;
	const access = ledgerAccess(context, options, days);
	const blocked = await blockedContacts(context, options.skipBlocked);
	const candidates = read.map(
		(one): Candidate => ({
			...one,
			contact: access.key.hash(one.contact),
			// Netigate's list knows no plus tags, so the address counts as it was given.
			blocked: isBlocked(blocked, one.given),
		}),
	);
	const now = Date.now();
	const decided = await run.orUnavailable(
		async () =>
			await access.use(async (ledger) => {
				if (!reserves) return await checkAll(ledger, candidates, now);
				const reserved = await reserveAll(ledger, candidates, now, options.holdMs);
				if (!context.getExecutionCancelSignal()?.aborted) return reserved;
				// n8n lets a node end, but passes nothing on.
				await ledger.takeBack(
					now,
					candidates.map(({ contact }) => contact),
				);
				throw new InputError('The execution was stopped', 'Nobody of this run stays reserved.');
			}),
	);
	const decisions = decided ?? withoutLedger(candidates, now);
	read.forEach(({ itemIndex, survey, timeZone }, index) => {
		const decision = decisions[index];
		const waiting = decision.reason === 'invitedRecently' && decision.reserved;
		run.tell(itemIndex, toOutput(decision, survey, timeZone), waiting ? 'reserved' : undefined);
	});
	if (decided && reserves && options.releaseOnFailure) {
		releaseAtEnd(
			run,
			access,
			candidates.flatMap(({ contact }, index) =>
				decided[index].reservationId === null ? [] : [contact],
			),
			now,
		);
	}
}

/** Contacts on the account's block list; none without a credential. */
async function blockedContacts(context: IExecuteFunctions, wanted: boolean): Promise<Set<string>> {
	if (!wanted || !context.getNode().credentials?.[CREDENTIAL]) return new Set();
	return await readBlocklist(await netigateClient(context));
}

/**
 * Gives held reservations back when the execution ends; a crash, or a long wait, leaves it to the hold. So does
 * a Confirm that failed: then people were invited who are still held.
 *
 * @param since when they were made, milliseconds since 1970
 */
function releaseAtEnd(
	run: QuarantineRun,
	access: LedgerAccess,
	contacts: string[],
	since: number,
): void {
	if (contacts.length === 0) return;
	const { context } = run;
	const { logger } = context;
	if (!context.onExecutionFinish) {
		run.note(
			'"Release on Failure" needs n8n 2.33 or later, which tells nodes when an execution ends. Until you update, release behind the error output; what is left lapses after Hold Minutes.',
		);
		return;
	}
	if (isSubWorkflow(context)) {
		run.note(
			'This is a sub-workflow: Release on Failure gives reservations back when the sub-workflow ends. Unless it invites and confirms before that, switch the option off here, and use Release behind the error output of the node that invites',
		);
	}
	context.onExecutionFinish(async () => {
		if (hasFailedConfirm(context, since)) {
			logger.warn(
				'Held reservations of the Netigate quarantine were not given back, since a Confirm failed',
			);
			return;
		}
		await access
			.use(async (ledger) => await ledger.releaseHeld(contacts))
			.catch((error: unknown) =>
				logger.warn('Held reservations of the Netigate quarantine were not given back', {
					error: error instanceof Error ? error.message : String(error),
				}),
			);
	});
}
