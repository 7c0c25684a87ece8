import { withKeys } from '../basics/keyedLock';
import type { Batch, ItemOutcome, ItemRun } from '../n8n/itemRun';

/** For each recipient, the outcomes of the runs in this process that have just ended. */
export type Ended = ReadonlyMap<string, readonly ItemOutcome[]>;

/** Whether the person is in a sendout after this outcome: `perhaps` if Netigate's response was lost. */
export function isIn(outcome: ItemOutcome): 'yes' | 'perhaps' | undefined {
	if ('error' in outcome) return outcome.json?.mayBeInvited ? 'perhaps' : undefined;
	const { status, reason } = [outcome.json].flat()[0];
	return status === 'added' || status === 'launched' || reason === 'existing' ? 'yes' : undefined;
}

/**
 * Runs the task, from looking up who is in a sendout until all outcomes are settled, while no other run in this process
 * does so for the same recipients.
 * @param recipients by position, each with what they are added to
 * @param task gets the outcomes of the runs it waited for, because Netigate may show new respondents only later
 */
export async function whileAlone(
	{ place }: Batch,
	run: ItemRun,
	recipients: ReadonlyMap<number, string>,
	task: (ended: Ended) => Promise<void>,
): Promise<void> {
	await withKeys<void, readonly ItemOutcome[]>(
		`invite ${place}`,
		recipients.values(),
		async (left) => {
			await task(left);
			const leave = new Map(left);
			for (const [position, recipient] of recipients) {
				const outcome = run.outcome(position);
				if (outcome && isIn(outcome))
					leave.set(recipient, [...(leave.get(recipient) ?? []), outcome]);
			}
			return { result: undefined, leave };
		},
	);
}
