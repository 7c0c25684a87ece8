import { outboxOf, type Message } from '../outbox';
import type { Sandbox } from '../sandbox';
import { count, html, MOST, time, type Html } from './html';
import type { Page } from './layout';

const message = ({ id, at, kind, channel, ...one }: Message): Html => html`
	<article aria-labelledby="message-${id}">
		<p class="meta">
			<span class="tag ${kind === 'invitation' ? 'good' : 'warm'}"
				>${kind === 'invitation' ? 'Invitation' : 'Reminder'}</span
			>
			<span class="tag">${channel === 'sms' ? 'SMS' : 'Email'}</span>
			${time(at)}
		</p>
		<h2 id="message-${id}">${one.subject ?? `SMS to ${one.to}`}</h2>
		<p class="route">From <b>${one.sender || 'Netigate'}</b> to <b>${one.to}</b></p>
		<p class="text">${one.text}</p>
		<p class="actions">
			<a class="button" href="${one.link}">Open the survey</a>
			<a href="/sendouts/${one.sendoutId}">Sendout ${one.sendoutId}</a>
		</p>
	</article>
`;

export function outbox({ state }: Sandbox): Page {
	const messages = outboxOf(state);
	const body =
		messages.length === 0
			? html`<p class="empty">
					No messages yet. Run a workflow that invites people. Each invitation and reminder appears
					here as the person would receive it.
				</p>`
			: html`<p class="lead">
						${count(messages.length, 'message')}, newest
						first${messages.length > MOST && html`. Only the newest ${MOST} are shown`}.
					</p>
					${messages.slice(0, MOST).map(message)}`;
	return { title: 'Outbox', body, live: true };
}
