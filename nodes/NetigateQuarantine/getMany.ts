import { isTestRun } from '../../shared/n8n/testRun';
import { daysNeeded, ledgerAccess } from '../../shared/quarantine/openLedger';
import { heldNow } from '../../shared/quarantine/report';
import { toldHeld } from '../../shared/quarantine/result';
import { longestWindow } from '../../shared/quarantine/rules/rules';
import { rulesOf } from '../../shared/quarantine/settings';
import type { Operation } from './run';

/** Tells who is kept back now, by which rule, and until when. A report on all surveys, once a run. */
export const getMany: Operation = {
	deciding: false,
	async perform(run) {
		const { context, options, first } = run;
		const rules = rulesOf(first);
		const { timeZone } = first;
		const access = ledgerAccess(context, options, isTestRun(context) ? 0 : daysNeeded(rules));
		const now = Date.now();
		const held = await access.use(async (ledger) =>
			heldNow(await ledger.all(now - longestWindow(rules)), rules, timeZone, now),
		);
		const most = first.flag('returnAll') ? held.length : first.whole('limit');
		run.tellReport(held.slice(0, most).map((one) => toldHeld(one, timeZone)));
	},
};
