/** The main use case in a real n8n: after an event, everyone is asked once. */
import { join } from 'node:path';
import { itemsOf } from './n8n-api.mjs';
import { root } from './paths.mjs';

/** From the sandbox's sample account. */
const survey = 501;
const sendout = 7001;
const labels = { firstName: '4001', lastName: '4002' };

/**
 * @typedef {import('./n8n-api.mjs').N8nApi} N8nApi
 * @typedef {import('../sandbox/index').Sandbox} Sandbox
 * @typedef {{ email: string, firstName: string, lastName: string }} Attendee
 * @typedef {{ attendee: Attendee, status: 'invited' | 'skipped' | 'refused', explanation: RegExp }} Expected
 * @typedef {{ contact: string, status: string, explanation: string, respondentId: number | null }} Outcome
 * @typedef {import('./n8n-api.mjs').Execution} Execution
 */

/**
 * The event's invented attendees, and the expected result for each.
 * @type {Expected[]}
 */
export const attendees = [
	expected('anna.andersson@example.com', 'Anna', 'Andersson', 'invited'),
	expected('björn.öberg@example.com', 'Björn', 'Öberg', 'refused', /letters such as å, ä, ö/),
	expected('jurgen.gross@example.com', 'Jürgen', 'Groß', 'invited'),
	expected('Maria.Muster@Example.com', 'Maria', 'Muster', 'invited'),
	expected('anna.andersson@example.com', 'Anna', 'Andersson', 'skipped', /has the same contact/),
	expected('blocked@example.com', 'Bo', 'Blom', 'skipped', /block list/),
	expected('carla.at.example.com', 'Carla', 'Clausen', 'refused', /no @/),
	expected('zoe.lefevre@example.com', 'Zoë', 'Lefèvre', 'invited'),
];

/** @type {(...args: [string, string, string, Expected['status'], RegExp?]) => Expected} */
function expected(email, firstName, lastName, status, explanation = /^Added, and/) {
	return { attendee: { email, firstName, lastName }, status, explanation };
}

/**
 * Creates the credential for the sandbox.
 * @param {N8nApi} api
 * @param {Pick<Sandbox, 'url' | 'apiKey'>} sandbox
 * @param {Record<string, string>} more other fields of the credential
 */
export async function createSandboxCredential(api, { url, apiKey }, more = {}) {
	return await api.createCredential({
		name: 'Netigate (local)',
		type: 'netigateApi',
		data: { apiKey, server: 'custom', baseUrl: url, ...more },
	});
}

/**
 * Imports the example workflow and activates it.
 * @param {N8nApi} api
 * @param {import('./n8n-api.mjs').Credential} credential
 */
export async function activatePostEventSurvey(api, credential) {
	const byId = (/** @type {number} */ id) => ({ __rl: true, mode: 'id', value: String(id) });
	const workflow = await api.importWorkflow(join(root, 'workflows', 'post-event-survey.json'), {
		credentials: { netigateApi: credential },
		parameters: { 'Invite Attendees': { surveyId: byId(survey), sendoutId: byId(sendout) } },
	});
	await api.activate(workflow.id);
	return workflow;
}

/**
 * Tells the workflow that the event is over.
 * @param {N8nApi} api
 * @param {string} workflowId
 * @param {Attendee[]} people who attended
 * @returns {Promise<{ attendees: Outcome[], execution: Execution }>} the results, from the execution because the
 * webhook's response doesn't contain them
 */
export async function fireEvent(api, workflowId, people) {
	const { status, body } = await api.webhook('event-over', { attendees: people });
	if (status !== 200 || JSON.stringify(body) !== JSON.stringify({ received: people.length })) {
		throw new Error(`The workflow answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`);
	}
	const [{ id }] = await api.executions({ workflowId }, 1);
	const execution = await api.waitForExecution(id);
	/** @type {Outcome[]} */
	const attendees = [0, 1]
		.flatMap((output) => itemsOf(execution, 'Invite Attendees', output))
		.sort((one, other) => one.pairedItem.item - other.pairedItem.item)
		.map(({ json, pairedItem }) => ({
			contact: people[pairedItem.item].email,
			status: { added: 'invited', failed: 'refused' }[String(json.status)] ?? json.status,
			explanation: json.explanation,
			respondentId: json.RespondentId ?? null,
		}));
	return { attendees, execution };
}

/**
 * The number of activations of the example's sendout, and the people Netigate wrote to.
 * @param {Sandbox} sandbox
 */
export function sentFrom(sandbox) {
	const { state, calls } = sandbox;
	return {
		activated: state.sendout(survey, sendout).primary.Activated,
		activations: calls.filter(({ operationId }) => operationId === 'activateSendout').length,
		invitations: state.invitations.filter(
			({ sendoutId, kind }) => sendoutId === sendout && kind === 'invitation',
		),
		respondents: [...state.respondents.values()].filter(({ sendoutId }) => sendoutId === sendout),
	};
}

/**
 * Compares the workflow's results and the sandbox's state with the expected results.
 * @param {Sandbox} sandbox with no one in the sendout before
 * @param {Outcome[]} outcomes
 * @param {Expected[]} expected in the order of the attendees
 * @returns {string[]} the differences
 */
export function problemsAfter(sandbox, outcomes, expected) {
	/** @type {string[]} */
	const problems = [];
	const { activated, activations, invitations, respondents } = sentFrom(sandbox);
	const unmatched = [...outcomes];
	for (const { attendee, status, explanation } of expected) {
		const { email } = attendee;
		const found = unmatched.findIndex(
			(one) => one.contact === email && one.status === status && explanation.test(one.explanation),
		);
		if (found >= 0) {
			unmatched.splice(found, 1);
			continue;
		}
		const reported = JSON.stringify(outcomes.filter((one) => one.contact === email));
		problems.push(`${email} was to be ${status}, but the workflow reports ${reported}`);
	}
	if (unmatched.length > 0) {
		problems.push(`The workflow reports more than the attendees: ${JSON.stringify(unmatched)}`);
	}

	const toInvite = expected.filter(({ status }) => status === 'invited');
	for (const { attendee } of toInvite) {
		const contact = attendee.email.toLowerCase();
		const sent = invitations.filter((invitation) => invitation.contact === contact);
		if (sent.length !== 1) problems.push(`${contact} got ${sent.length} invitations, not one`);
		const [respondent, ...more] = respondents.filter(({ Email }) => Email === contact);
		if (!respondent || more.length > 0) {
			problems.push(`${contact} is in the sendout ${more.length + (respondent ? 1 : 0)} times`);
			continue;
		}
		const cells = sandbox.state.rows.get(respondent.RespondentId)?.cells;
		for (const field of /** @type {const} */ (['firstName', 'lastName'])) {
			const value = cells?.get(Number(labels[field]));
			if (value !== attendee[field])
				problems.push(`${contact} has "${value}" for the ${field}, not "${attendee[field]}"`);
		}
		const reported = outcomes.find(
			(one) => one.contact === attendee.email && one.status === 'invited',
		);
		if (reported && reported.respondentId !== respondent.RespondentId)
			problems.push(`${contact} is reported as respondent ${reported.respondentId}`);
	}
	if (invitations.length !== toInvite.length)
		problems.push(`${invitations.length} invitations went out, not ${toInvite.length}`);
	if (respondents.length !== toInvite.length)
		problems.push(`${respondents.length} people are in the sendout, not ${toInvite.length}`);
	if (!activated || activations !== 1)
		problems.push(`The sendout was activated ${activations} times, not once`);
	for (const violation of sandbox.violations)
		problems.push(`The sandbox broke its own contract: ${JSON.stringify(violation)}`);
	return problems;
}
