import { isTestRun } from '../shared/n8n/testRun';
import { daysNeeded, ledgerAccess } from '../shared/quarantine/openLedger';
import { heldNow, heldToOutput } from '../shared/quarantine/result';
import { longestWindow } from '../shared/quarantine/rules/rules';
import { rulesOf } from '../shared/quarantine/settings';
import type { QuarantineRun } from './run';

export async function getMany(run: QuarantineRun): Promise<void> {
	const { context, options, first } = run;
	const rules = rulesOf(first);
	const { timeZone } = first;
	const days = isTestRun(context) ? 0 : daysNeeded(rules);
	const access = ledgerAccess(context, run.secret, options, days);
	const now = Date.now();
	const held = await access.use(async (ledger) =>
		heldNow(await ledger.all(now - longestWindow(rules)), rules, timeZone, now),
	);
	const limit = first.flag('returnAll') ? held.length : first.whole('limit');
	run.settleReport(held.slice(0, limit).map((entry) => heldToOutput(entry, timeZone, now)));
}
