import type { RespondentRecord, SendoutRecord } from '../records';
import type { SandboxState } from '../state';

export interface Person {
	respondent: RespondentRecord;
	invited: boolean;
	/** The number of reminders. */
	reminders: number;
	started: boolean;
	answered: boolean;
	blocked: boolean;
}

/** The people in a sendout, and what happened to each. */
export function peopleOf(state: SandboxState, sendout: SendoutRecord): Person[] {
	const messages = new Map<number, { invited: boolean; reminders: number }>();
	for (const { sendoutId, respondentId, kind } of state.invitations) {
		if (sendoutId !== sendout.id) continue;
		const { invited, reminders } = messages.get(respondentId) ?? { invited: false, reminders: 0 };
		messages.set(respondentId, {
			invited: invited || kind === 'invitation',
			reminders: reminders + Number(kind === 'reminder'),
		});
	}
	const waiting = new Set([...sendout.awaitingActivation, ...sendout.awaitingSendDate]);
	// The sample people were invited before the sandbox started, so there is no record of it.
	const sentBefore = sendout.primary.DoneDate !== null && sendout.primary.DispatchType !== 'LOGIN';
	return sendout.respondentIds.flatMap((id) => {
		const respondent = state.respondents.get(id);
		if (!respondent) return [];
		const blocked = state.isBlocked(respondent.Email);
		const { invited = false, reminders = 0 } = messages.get(id) ?? {};
		const earlier = sentBefore && respondent.sendMail && !blocked && !waiting.has(id);
		const sets = state.answerSetsOfRespondent(id);
		return {
			...{ respondent, blocked, reminders },
			invited: invited || earlier,
			started: respondent.accessed || sets.length > 0,
			answered: respondent.completed || sets.some(({ Completed }) => Completed !== null),
		};
	});
}
