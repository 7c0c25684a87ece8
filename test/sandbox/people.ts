import { toApiDate, type Clock } from './clock';
import { seeded } from './ids';
import type { AnswerSetRecord, Invitation, RespondentRecord, SendoutRecord } from './records';
import type { Settings } from './settings';
import type { SandboxState } from './state';
import type { Answer, AnswerSetHead, Dispatch, SendoutLogic, Survey } from './types';

/** Someone who will answer. */
interface Pending {
	respondentId: number;
	surveyId: number;
	startsAt: number;
	completesAt: number;
	answerSetId: number | undefined;
}

/**
 * What happens automatically: invitations and reminders are sent when they are due, and invited people answer.
 * Nothing runs in the background: `catchUp` is called before each look at the account.
 */
export class People {
	private pending: Pending[] = [];
	/** The time of the next answer, so that `catchUp` can return early. */
	private nextAt = Infinity;

	constructor(
		private readonly state: SandboxState,
		private readonly settings: Settings,
		private readonly clock: Clock,
	) {}

	/** Activates a sendout: invites people added since the last activation, now or on the send date. */
	activate(sendout: SendoutRecord): void {
		sendout.primary.Activated = true;
		sendout.activatedAt = this.clock.now();
		for (const reminder of sendout.reminders) reminder.Activated = true;
		sendout.awaitingSendDate.push(...sendout.awaitingActivation);
		sendout.awaitingActivation = [];
		this.catchUp();
	}

	deactivate(sendout: SendoutRecord): void {
		sendout.primary.Activated = false;
		for (const reminder of sendout.reminders) reminder.Activated = false;
	}

	/** Does everything that is due, in chronological order. */
	catchUp(): void {
		const now = this.clock.now();
		// An answer before a reminder's date prevents the reminder, so people answer up to each dispatch's date.
		const due = [...this.state.sendouts.values()]
			.flatMap((sendout) => dueDispatches(sendout, now))
			.sort((a, b) => a.at - b.at);
		for (const { sendout, dispatch, at } of due) {
			this.letAnswer(at);
			if (dispatch === sendout.primary) this.invite(sendout, at);
			else this.remind(sendout, dispatch, at);
		}
		this.letAnswer(now);
	}

	/** Makes a respondent answer now, whether invited or not. */
	answerNow(respondent: RespondentRecord, completed: boolean): AnswerSetRecord {
		this.catchUp();
		const now = this.clock.now();
		this.pending = this.pending.filter((one) => one.respondentId !== respondent.RespondentId);
		const pending: Pending = {
			respondentId: respondent.RespondentId,
			surveyId: respondent.surveyId,
			startsAt: now,
			completesAt: completed ? now : now + this.settings.answerDurationMs,
			answerSetId: undefined,
		};
		const set = this.begin(pending);
		if (completed) this.complete(pending);
		else this.expect(pending);
		return set;
	}

	/** Stores what a respondent entered, in the unfinished answer set if there is one. */
	submit(
		respondent: RespondentRecord,
		answersOf: (set: AnswerSetHead) => Answer[],
		completed: boolean,
	): void {
		this.catchUp();
		const { RespondentId: respondentId, surveyId } = respondent;
		this.pending = this.pending.filter((one) => one.respondentId !== respondentId);
		const now = this.clock.date();
		const set =
			this.state.answerSetsOfRespondent(respondentId).find(({ Completed }) => Completed === null) ??
			this.state.addAnswerSet(surveyId, { respondentId, created: now, completed: null });
		const head = { ...this.state.headOf(set), Updated: now, Completed: completed ? now : null };
		this.state.changeAnswerSet(set.AnswerSetId, {
			...{ completed: head.Completed, updated: now, answers: answersOf(head) },
		});
		respondent.accessed = true;
		respondent.completed ||= completed;
	}

	private invite(sendout: SendoutRecord, at: number): void {
		const ids = sendout.awaitingSendDate;
		sendout.awaitingSendDate = [];
		sendout.primary.DoneDate = toApiDate(at);
		// A LOGIN sendout sends no messages.
		if (sendout.primary.DispatchType === 'LOGIN') return;
		for (const id of ids) {
			const respondent = this.state.respondents.get(id);
			if (!respondent || this.state.isBlocked(respondent.Email)) continue;
			this.ask(respondent, sendout.primary, 'invitation', at);
			this.expectAnswer(respondent, at);
		}
	}

	private remind(sendout: SendoutRecord, reminder: Dispatch, at: number): void {
		reminder.DoneDate = toApiDate(at);
		// A LOGIN sendout sends no messages.
		if (sendout.primary.DispatchType === 'LOGIN') return;
		const asked = new Set(
			this.state.invitations
				.filter((one) => one.sendoutId === sendout.id && one.kind === 'invitation')
				.map((one) => one.respondentId),
		);
		for (const id of sendout.respondentIds) {
			const respondent = this.state.respondents.get(id);
			if (!respondent?.sendMail || this.state.isBlocked(respondent.Email)) continue;
			const sets = this.state.answerSetsOfRespondent(id);
			const reached = {
				accessed: respondent.accessed || sets.length > 0,
				completed: respondent.completed || sets.some(({ Completed }) => Completed !== null),
			};
			if (!fits[reminder.SendoutLogic](reached, asked.has(id))) continue;
			this.ask(respondent, reminder, 'reminder', at);
		}
	}

	private ask(
		respondent: RespondentRecord,
		dispatch: Dispatch,
		kind: Invitation['kind'],
		at: number,
	): void {
		this.state.invitations.push({
			respondentId: respondent.RespondentId,
			contact: respondent.Email,
			surveyId: respondent.surveyId,
			sendoutId: respondent.sendoutId,
			dispatchId: dispatch.DispatchId,
			at: toApiDate(at),
			kind,
		});
	}

	private expectAnswer(respondent: RespondentRecord, at: number): void {
		const { answerAfterMs, answerDurationMs, answerShare } = this.settings;
		if (answerAfterMs === null || seeded(respondent.RespondentId) >= answerShare) return;
		this.expect({
			respondentId: respondent.RespondentId,
			surveyId: respondent.surveyId,
			startsAt: at + answerAfterMs,
			completesAt: at + answerAfterMs + answerDurationMs,
			answerSetId: undefined,
		});
	}

	private letAnswer(now: number): void {
		if (now < this.nextAt) return;
		const still: Pending[] = [];
		for (const pending of this.pending) {
			if (pending.startsAt > now) {
				still.push(pending);
				continue;
			}
			const survey = this.state.surveys.get(pending.surveyId);
			if (pending.answerSetId === undefined) {
				if (!survey || !this.isAnswerable(survey, pending.startsAt)) continue;
				this.begin(pending);
			}
			if (pending.completesAt > now) still.push(pending);
			else if (survey && this.isAnswerable(survey, pending.completesAt)) this.complete(pending);
		}
		this.pending = still;
		this.nextAt = still.reduce((least, one) => Math.min(least, nextStep(one)), Infinity);
	}

	private isAnswerable(survey: Survey, at: number): boolean {
		return isAnswerable(shownSurvey(survey, this.settings, this.clock.now()), at);
	}

	private expect(pending: Pending): void {
		this.pending.push(pending);
		this.nextAt = Math.min(this.nextAt, nextStep(pending));
	}

	private begin(pending: Pending): AnswerSetRecord {
		this.state.respondents.get(pending.respondentId)!.accessed = true;
		const set = this.state.addAnswerSet(pending.surveyId, {
			respondentId: pending.respondentId,
			created: toApiDate(pending.startsAt),
			completed: null,
		});
		pending.answerSetId = set.AnswerSetId;
		return set;
	}

	private complete(pending: Pending): void {
		const at = toApiDate(pending.completesAt);
		this.state.changeAnswerSet(pending.answerSetId!, { completed: at, updated: at });
		this.state.respondents.get(pending.respondentId)!.completed = true;
	}
}

const nextStep = ({ answerSetId, startsAt, completesAt }: Pending): number =>
	answerSetId === undefined ? startsAt : completesAt;

/** A survey as every call shows it, because a setting can stop or end all surveys. */
export function shownSurvey(survey: Survey, { surveys }: Settings, now: number): Survey {
	if (surveys === 'inactive') return { ...survey, Activated: false };
	if (surveys === 'asCreated') return survey;
	const dayAgo = toApiDate(now - 24 * 60 * 60 * 1000);
	return { ...survey, EndDate: survey.EndDate < dayAgo ? survey.EndDate : dayAgo };
}

/** A survey can be answered only while it is active and between its start and end date. */
export function isAnswerable(survey: Survey, at: number): boolean {
	return survey.Activated && Date.parse(survey.StartDate) <= at && at <= Date.parse(survey.EndDate);
}

function dueDispatches(sendout: SendoutRecord, now: number) {
	const due: Array<{ sendout: SendoutRecord; dispatch: Dispatch; at: number }> = [];
	const { primary } = sendout;
	const sendAt = primary.SendDate === null ? 0 : Date.parse(primary.SendDate);
	if (primary.Activated && sendout.awaitingSendDate.length > 0 && sendAt <= now) {
		due.push({ sendout, dispatch: primary, at: Math.max(sendAt, sendout.activatedAt) });
	}
	for (const reminder of sendout.reminders) {
		const at = Date.parse(reminder.SendDate ?? '');
		if (!reminder.Activated || reminder.DoneDate !== null || !(at <= now)) continue;
		due.push({ sendout, dispatch: reminder, at: Math.max(at, sendout.activatedAt) });
	}
	return due;
}

type Reached = Pick<RespondentRecord, 'accessed' | 'completed'>;

/** Whether a reminder is sent to a respondent, according to its logic. */
const fits: Record<SendoutLogic, (reached: Reached, asked: boolean) => boolean> = {
	ALL: () => true,
	NOT_SENT: (_, asked) => !asked,
	NOT_ACCESSED: ({ accessed }) => !accessed,
	NOT_COMPLETED: ({ completed }) => !completed,
	COMPLETED: ({ completed }) => completed,
	VISITED_NOT_COMPLETED: ({ accessed, completed }) => accessed && !completed,
};
