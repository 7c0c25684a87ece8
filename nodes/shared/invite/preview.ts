import type { Batch, ItemRun } from '../n8n/itemRun';
import type { ReadOnce } from '../basics/concurrency';
import type { Parameters } from '../n8n/parameters';
import { isBehindTestQuarantine, isFromTestQuarantine } from '../n8n/testRun';
import { InputError } from '../netigate/errors';
import { readSurveyProblem } from '../netigate/surveys';

const REMEMBERED_NOTHING =
	"This test run only shows a preview, because the Quarantine node remembered nothing and would allow the same people again. To invite them, run the published workflow, or turn on 'Options > Record in Test Runs' in the Quarantine node.";

/**
 * Turns on the run's preview if the user asked for it, or if the Quarantine node before this one remembered nothing.
 * @returns a function like `read` that also throws InputError if an item from an earlier test run would be sent
 */
export function previewReader<Request>(
	{ testRun, n8n, hint }: Batch,
	run: ItemRun,
	read: (parameters: Parameters) => Request,
) {
	let isTest = testRun === true && n8n !== undefined && isBehindTestQuarantine(n8n.context);
	return (parameters: Parameters): Request => {
		run.preview ||= parameters.flag('preview');
		const isFromTest = isFromTestQuarantine(parameters.item);
		if (isFromTest && !testRun && !run.preview) {
			throw new InputError(
				'A Quarantine node only tried out whether to ask this person, and remembered nothing',
				"Invite only people whom Reserve allowed, and run the whole workflow again. To remember people in test runs, turn on 'Options > Record in Test Runs' in the Quarantine node.",
			);
		}
		isTest ||= isFromTest;
		if (isTest && !run.preview) {
			run.preview = true;
			hint(REMEMBERED_NOTHING);
		}
		return read(parameters);
	};
}

/**
 * Outputs a hint if no one can answer the survey. Netigate might still accept the invitations, so no one is refused.
 * @param sendDate when people are invited; now if omitted or past
 */
export async function previewSurvey(
	{ client, hint }: Batch,
	once: ReadOnce,
	surveyId: number,
	sendDate = new Date().toISOString(),
): Promise<void> {
	const at = Math.max(Date.now(), Date.parse(sendDate));
	const problem = await readSurveyProblem(client, once, surveyId, at);
	if (problem)
		hint(
			`${problem.what}, so Netigate may refuse these invitations, and no one could answer. ${problem.advice}`,
		);
}
