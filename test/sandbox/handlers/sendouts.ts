import { checkSender } from '../contacts';
import { isAnswerable, shownSurvey } from '../people';
import type { SendoutRecord } from '../records';
import { invalid } from '../refusal';
import type { NewDispatch } from '../accountState';
import type { DispatchType, LabelType, SendoutLogic } from '../types';
import type { Call, World } from '../world';

type MaybeText = string | null | undefined;

type NewSendout = { name: string; type: DispatchType } & Partial<
	Record<'sendDate' | 'sender' | 'subject' | 'message', string | null>
>;

type NewReminder = NewSendout & { sendoutLogic: SendoutLogic };

const shown = (sendout: SendoutRecord) => ({
	SendoutId: sendout.id,
	Survey: sendout.surveyId,
	Primary: sendout.primary,
	Reminders: sendout.reminders,
});

const isEmpty = (text: MaybeText) => text === undefined || text === null || text.trim() === '';

/** @throws Refusal 400 if a text is missing, or given for a LOGIN sendout */
function readDispatch(world: World, body: NewSendout, logic: SendoutLogic): NewDispatch {
	const { name, type } = body;
	if (isEmpty(name)) throw invalid('name may not be empty');
	const texts = ['sendDate', 'sender', 'subject', 'message'] as const;
	if (type === 'LOGIN') {
		const given = texts.find((member) => !isEmpty(body[member]));
		if (given) throw invalid(`${given} is left empty for a sendout of type LOGIN`);
		return { name, type, logic, sendDate: null, sender: '', subject: '', message: '' };
	}
	for (const member of texts) {
		if (member === 'subject' && type === 'SMS') continue;
		if (isEmpty(body[member])) {
			throw invalid(`${member} may not be empty for a sendout of type ${type}`);
		}
	}
	const sender = body.sender!;
	const message = body.message!;
	checkSender(type, sender);
	const { linkPlaceholder } = world.settings;
	if (linkPlaceholder !== null && !message.includes(linkPlaceholder)) {
		throw invalid('message does not contain the survey link');
	}
	const subject = body.subject ?? '';
	return { name, type, logic, sendDate: body.sendDate!, sender, subject, message };
}

/** @throws Refusal 400 if no one can answer the survey now or later, and the settings refuse that */
export function checkAnswerable(world: World, surveyId: number, minding: readonly string[]): void {
	if (!minding.includes(world.settings.inactiveSurvey)) return;
	const now = world.clock.now();
	const survey = shownSurvey(world.state.survey(surveyId), world.settings, now);
	// A survey that starts later may be prepared: invitations can have a later send date.
	if (!isAnswerable(survey, Math.max(now, Date.parse(survey.StartDate)))) {
		const why = survey.Activated ? `ended ${survey.EndDate}` : 'is not active';
		throw invalid(`Survey ${surveyId} ${why}`);
	}
}

/** Calls 10 to 14 and 18 to 21. */
export const sendoutWork = {
	getSendouts: ({ state }: World, { ids }: Call) => {
		state.survey(ids.surveyId);
		return state.sendoutsOf(ids.surveyId).map(shown);
	},

	getSendout: ({ state }: World, { ids }: Call) =>
		shown(state.sendout(ids.surveyId, ids.sendoutId)),

	createSendout: (world: World, { ids, body }: Call<NewSendout>) => {
		world.state.survey(ids.surveyId);
		return shown(world.state.addSendout(ids.surveyId, readDispatch(world, body, 'ALL')));
	},

	activateSendout: (world: World, { ids, body }: Call) => {
		const sendout = world.state.sendout(ids.surveyId, ids.sendoutId);
		checkBody(world, body);
		checkAnswerable(world, ids.surveyId, ['reject', 'rejectActivate']);
		world.people.activate(sendout);
		return shown(sendout);
	},

	deactivateSendout: (world: World, { ids, body }: Call) => {
		const sendout = world.state.sendout(ids.surveyId, ids.sendoutId);
		checkBody(world, body);
		world.people.deactivate(sendout);
		return shown(sendout);
	},

	getReminders: ({ state }: World, { ids }: Call) =>
		state
			.sendout(ids.surveyId, ids.sendoutId)
			.reminders.filter((reminder) => state.isListed(reminder)),

	createReminder: (world: World, { ids, body }: Call<NewReminder>) => {
		const sendout = world.state.sendout(ids.surveyId, ids.sendoutId);
		const type = sendout.primary.DispatchType;
		if (type === 'LOGIN') throw invalid('A sendout of type LOGIN has no reminders');
		const reminder = readDispatch(world, { ...body, type }, body.sendoutLogic);
		return world.state.addReminder(sendout, reminder);
	},

	getLabels: ({ state }: World, { ids }: Call) =>
		state.document(state.sendout(ids.surveyId, ids.sendoutId).documentId).labels,

	createLabel: ({ state }: World, { ids, body }: Call<{ name: string; labelType: LabelType }>) => {
		const { documentId } = state.sendout(ids.surveyId, ids.sendoutId);
		if (isEmpty(body.name)) throw invalid('name may not be empty');
		const label = state.addLabel(documentId, body.name, body.labelType);
		state.openLabels.add(label.BGDataLabelId);
		return label;
	},
};

function checkBody(world: World, body: unknown): void {
	if (body === undefined && world.settings.emptyActivateBody === 'reject') {
		throw invalid('The request has no body');
	}
}
