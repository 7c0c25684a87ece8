import type { Sandbox } from '../sandbox';
import { count, html, table, time } from './html';
import type { Page } from './layout';
import { peopleOf } from './people';

export function overview(sandbox: Sandbox): Page {
	const { state } = sandbox;
	const sendouts = [...state.sendouts.values()].map((sendout) => {
		const people = peopleOf(state, sendout);
		return {
			sendout,
			added: people.length,
			...{ invited: people.filter(({ invited }) => invited).length },
			...{ reminded: people.filter(({ reminders }) => reminders > 0).length },
			...{ started: people.filter(({ started }) => started).length },
			...{ answered: people.filter(({ answered }) => answered).length },
		};
	});
	// Sendouts in use come first.
	sendouts.sort((a, b) => Number(b.added > 0) - Number(a.added > 0));
	const now = sandbox.clock.date();
	const body = html`
		<p class="lead">
			${count(state.surveys.size, 'survey')}, ${count(state.sendouts.size, 'sendout')},
			${count(state.invitations.length, 'message')} sent.
			<a href="/outbox">Read the messages in the outbox</a>
		</p>
		<h2>Sendouts</h2>
		${state.sendouts.size === 0
			? html`<p class="empty">No sendouts yet. Create one with <b>Netigate: Launch sendout</b>.</p>`
			: table(
					'Sendouts and their people',
					['Sendout', 'Survey', 'Status', 'Added', 'Invited', 'Reminded', 'Started', 'Answered'],
					sendouts.map(({ sendout: { id, primary, surveyId }, ...counts }) => [
						html`<a href="/sendouts/${id}">${primary.Name || `Sendout ${id}`}</a>
							<small>${id}, ${primary.DispatchType}</small>`,
						state.surveys.get(surveyId)?.Name,
						primary.Activated
							? html`<span class="tag good">Active</span>`
							: html`<span class="tag">Not active</span>`,
						...[counts.added, counts.invited, counts.reminded, counts.started, counts.answered],
					]),
				)}
		<h2>Surveys</h2>
		${state.surveys.size === 0
			? html`<p class="empty">No surveys yet. Reset the sandbox in the settings to get samples.</p>`
			: table(
					'Surveys',
					['Survey', 'Status', 'Ends', 'Answer sets'],
					[...state.surveys.values()].map((survey) => [
						html`<a href="/answers/${survey.SurveyId}">${survey.Name}</a>
							<small>${survey.SurveyId}</small>`,
						!survey.Activated
							? html`<span class="tag">Not active</span>`
							: survey.EndDate < now
								? html`<span class="tag">Ended</span>`
								: html`<span class="tag good">Active</span>`,
						time(survey.EndDate),
						state.answerSetsOf(survey.SurveyId).length,
					]),
				)}
		<h2>Connect n8n</h2>
		<p>
			Create a Netigate credential. Set <b>Server</b> to <b>Custom</b>, and <b>Base URL</b> to
			<code>${sandbox.url}</code>. The terminal in which the sandbox was started shows the API key.
		</p>
	`;
	return { title: 'Overview', body, live: true };
}
