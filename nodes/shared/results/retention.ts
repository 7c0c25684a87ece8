import { recordsIn, type NetigateClient } from '../netigate/client';
import { hasEnded } from '../netigate/surveys';
import type { Answer, AnswerSet, Survey } from '../netigate/types';
import { textOf } from './choices';
import type { Questions } from './questions';

export const PARTIAL_DELETE =
	"Netigate's Partial Delete removes contacts, background data and text some time after a survey ends.";

/** If there are at least this many completed results, it is unlikely that no one entered any text. */
const MANY = 5;

/** Detects what Netigate's Partial Delete may have removed from a survey's results. */
export class Retention {
	/** Whether the contact of anyone who has a result is hidden. */
	hidesContacts = false;

	private hasTexts = false;

	private hasBlankTexts = false;

	private completed = 0;

	private ended?: Promise<boolean>;

	constructor(
		private readonly client: NetigateClient,
		private readonly surveyId: number,
	) {}

	look(sets: readonly AnswerSet[]): void {
		for (const { Answers, Completed } of this.hasTexts ? [] : sets) {
			if (Completed) this.completed++;
			for (const { QuestionType, AnswerText } of recordsIn<Answer>(Answers)) {
				if (QuestionType !== 'TEXT_FIELD') continue;
				if (textOf(AnswerText).trim() === '') this.hasBlankTexts = true;
				else this.hasTexts = true;
			}
		}
	}

	private async mayLackTexts(questions: () => Promise<Questions>): Promise<boolean> {
		if (this.hasTexts || (!this.hasBlankTexts && this.completed < MANY)) return false;
		if (!(await questions()).all().some(({ type }) => type === 'TEXT_FIELD')) return false;
		return await (this.ended ??= this.hasEnded());
	}

	private async hasEnded(): Promise<boolean> {
		const survey = await this.client.get(`/surveys/${this.surveyId}`);
		return recordsIn<Survey>(survey).some((one) => hasEnded(one));
	}

	async hints(questions: () => Promise<Questions>): Promise<string[]> {
		const hints: string[] = [];
		if (this.hidesContacts)
			hints.push(
				`Netigate doesn't show the contacts of some people in survey ${this.surveyId}. ${PARTIAL_DELETE}`,
			);
		// If this check fails, there is no hint, but the results are complete.
		if (await this.mayLackTexts(questions).catch(() => false))
			hints.push(
				`These results from survey ${this.surveyId}, which has ended, contain no text. ${PARTIAL_DELETE}`,
			);
		return hints;
	}
}
