import { forEachInTurns } from '../shared/basics/concurrency';
import { Blocklist, sharedBlocklist } from '../shared/invite/blocklist';
import { addedFlag } from '../shared/n8n/addedOptions';
import { CREDENTIAL, netigateClient } from '../shared/n8n/connection';
import { toMoment } from '../shared/input/dates';
import { isTestRun } from '../shared/n8n/testRun';
import { InputError } from '../shared/netigate/errors';
import type { Ledger } from '../shared/quarantine/ledger/ledger';
import { daysNeeded, daysToKeep, ledgerAccess } from '../shared/quarantine/openLedger';
import {
	checkAll,
	EMPTY,
	reserveAll,
	takeBack,
	withoutLedger,
	type Candidate,
	type Decided,
} from '../shared/quarantine/reserve';
import { toOutput } from '../shared/quarantine/result';
import { rulesIn } from '../shared/quarantine/rules/rules';
import { conditionsOf, groupAndRules, isSampled, surveyOf } from '../shared/quarantine/settings';
import { releaseAtEnd } from './releaseAtEnd';
import type { QuarantineRun } from './run';
import { contactReadingOf } from '../shared/n8n/recipients';

export const check = async (run: QuarantineRun) => await decide(run, false);

export const reserve = async (run: QuarantineRun) => await decide(run, true);

async function decide(run: QuarantineRun, remember: boolean): Promise<void> {
	const { context, options } = run;
	const replay = remember ? undefined : replayOf(run);
	run.whatIf = replay?.countThisRun ?? false;
	const items = await readItems(run, remember);
	if (items.length === 0) return;
	const reserves = remember && !run.isTest();
	const rules = rulesIn(items);
	// A test run changes nothing, not even how long events are kept.
	const keeps = reserves || !isTestRun(context);
	const needed = remember ? daysToKeep(rules, options) : daysNeeded(rules);
	const days = keeps ? needed : 0;
	const access = ledgerAccess(context, run.secret, options, days);
	const reads = options.skipBlocked && context.getNode().credentials?.[CREDENTIAL];
	const blocked = reads ? await sharedBlocklist(await netigateClient(context)) : new Blocklist([]);
	const candidates = items.map(({ recipient, reading, key, samplePercent, ...item }): Candidate => {
		const contact = access.key.hash(key);
		return {
			...item,
			contact,
			sampled: isSampled(access.key, contact, item.survey, samplePercent),
			// The plus tag is kept here, because a block may apply to only one of a person's addresses.
			blocked: blocked.has(recipient, reading),
		};
	});
	const now = Date.now();
	const checked = async (ledger: Parameters<typeof checkAll>[0]) =>
		await checkAll(ledger, candidates, now, replay?.countThisRun);
	const fromLedger = async (ledger: Ledger) =>
		reserves ? await reserveUnlessStopped(run, ledger, candidates, now) : await checked(ledger);
	const decided = replay?.withoutLedger
		? await checked(EMPTY)
		: await run.orUnavailable(async () => await access.use(fromLedger));
	const decisions = decided ?? (await withoutLedger(candidates, now));
	const onlyAsks = remember ? !reserves : Object.values(replay!).some(Boolean);
	await forEachInTurns(items.entries(), ([index, { position, survey, timeZone, at }]) => {
		const decision = decisions[index];
		const output = toOutput(decision, survey, timeZone, at ?? now);
		// Nodes that invite people then only show a preview.
		if (onlyAsks || at !== undefined) output.test = true;
		run.settle(position, output, wordOf(decision));
	});
	if (decided && reserves && options.releaseOnFailure) {
		const reserved = candidates.filter((_, index) => decided[index].reservationId !== null);
		const contacts = reserved.map(({ contact }) => contact);
		releaseAtEnd(run, access, contacts, now);
	}
}

function replayOf(run: QuarantineRun) {
	const options = run.first.collection('options');
	return {
		countThisRun: options.flag('countThisRun'),
		withoutLedger: options.flag('withoutLedger'),
	};
}

async function readItems(run: QuarantineRun, remember: boolean) {
	return await run.each(({ parameters, readRecipient, place }) => {
		const options = parameters.collection('options');
		const settings = {
			reading: contactReadingOf(parameters),
			survey: surveyOf(parameters, place),
			...groupAndRules(parameters),
			timeZone: parameters.timeZone,
			...parameters.collection('options', conditionsOf),
			at: remember ? undefined : parameters.date<number>('at', toMoment),
		};
		const { recipient, key } = readRecipient();
		const consent = addedFlag(options, 'consent');
		const address = run.options.storeContact ? recipient.contact : null;
		return { ...settings, consent, recipient, key, address };
	});
}

/** The word that the summary uses instead of the reason, if any. */
function wordOf({ reason, reserved }: Decided): string | undefined {
	if (reason === 'blocked') return 'onBlockList';
	return reason === 'invitedRecently' && reserved ? 'reserved' : undefined;
}

/** @throws InputError if the execution was stopped in the meantime. In that case, no reservations remain. */
async function reserveUnlessStopped(
	{ context, options }: QuarantineRun,
	ledger: Ledger,
	candidates: readonly Candidate[],
	now: number,
): Promise<Decided[]> {
	const reserved = await reserveAll(ledger, candidates, now, options.holdMs);
	if (!context.getExecutionCancelSignal()?.aborted) return reserved;
	// n8n lets a stopped node finish but doesn't pass on its output.
	await takeBack(ledger, candidates, now);
	throw new InputError('The execution was stopped', 'No reservations from this run remain.');
}
