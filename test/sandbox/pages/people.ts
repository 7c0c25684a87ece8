import type { RespondentRecord, SendoutRecord } from '../records';
import { notFound } from '../refusal';
import type { Sandbox } from '../sandbox';
import type { SandboxState } from '../state';
import { count, html, MOST, table } from './html';
import type { Page } from './layout';

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

const yes = (is: boolean, text: string) => is && html`<span class="tag good">${text}</span>`;

export function people({ state }: Sandbox, _: URLSearchParams, id: number): Page {
	const sendout = state.sendouts.get(id);
	if (!sendout) throw notFound('Sendout', id);
	const { primary, surveyId, documentId, reminders } = sendout;
	const persons = peopleOf(state, sendout);
	const { labels } = state.document(documentId);
	const dataOf = ({ respondent: { RespondentId } }: Person) =>
		labels.flatMap(({ BGDataLabelId, Name }) => {
			const value = state.rows.get(RespondentId)?.cells.get(BGDataLabelId);
			return value ? [html`${Name}: <b>${value}</b><br />`] : [];
		});
	const body = html`
		<p class="lead">
			${primary.DispatchType}, ${primary.Activated ? 'active' : 'not active'}, with
			${count(reminders.length, 'reminder')}. It belongs to
			<a href="/answers/${surveyId}">${state.surveys.get(surveyId)?.Name ?? surveyId}</a>.
		</p>
		${persons.length === 0
			? html`<p class="empty">
					Nobody is in this sendout. Add people with the action <b>Add respondents to sendout</b>.
				</p>`
			: table(
					'People in this sendout',
					['Contact', 'Background data', 'Status', 'Reminders'],
					persons
						.slice(0, MOST)
						.map((person) => [
							html`${person.respondent.Email || 'No contact'}
								<small>${person.respondent.RespondentId}</small>`,
							dataOf(person),
							html`${person.blocked && html`<span class="tag warm">Blocked</span> `}
							${person.answered
								? yes(true, 'Answered')
								: person.started
									? yes(true, 'Started')
									: person.invited
										? yes(true, 'Invited')
										: html`<span class="tag">Added</span>`}`,
							person.reminders,
						]),
				)}
		${persons.length > MOST && html`<p>The first ${MOST} of ${persons.length} are shown.</p>`}
	`;
	return { title: primary.Name || `Sendout ${id}`, body, live: true };
}
