import { withKeys } from '../basics/keyedLock';
import type { Batch, ItemOutcome, ItemRun } from '../n8n/itemRun';

/** For each recipient, the outcomes of the runs in this process that have just ended. */
export type Ended = ReadonlyMap<string, readonly ItemOutcome[]>;

/** Whether the person with this outcome is in a sendout; `perhaps` if Netigate's response was lost. */
export function isIn(outcome: ItemOutcome): 'yes' | 'perhaps' | undefined {
	// An item also fails if the sendout couldn't be activated after the person was added.
	const { status, reason, mayBeInvited } = [outcome.json ?? {}].flat()[0];
	if (status === 'added' || status === 'launched' || reason === 'existing') return 'yes';
	return mayBeInvited ? 'perhaps' : undefined;
}

/**
 * Runs the task while no other run in this process handles the same recipients. The task covers everything from looking
 * up who is in a sendout until all outcomes are settled.
 * @param recipients by position, each with the sendout that they are added to
 * @param task gets the outcomes of the runs it waited for, because Netigate may not show new respondents immediately
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
