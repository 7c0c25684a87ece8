import type { IDataObject, INode } from 'n8n-workflow';
import { recipientFor } from '../../input/channel';
import { labelText } from '../../input/backgroundData';
import type { ItemRequest } from '../../n8n/itemRun';
import type { ParameterReader, Parameters } from '../../n8n/parameters';
import { InputError } from '../../netigate/errors';
import { missingLinkHint, newSendoutOf } from '../dispatch';
import type { InviteRequest } from '../screen';
import type { Invitee } from './launch';
import { bodiesOf, type LaunchBodies, type LaunchPlan, type PlannedReminder } from './plan';

/** What one item asks for: a sendout, and the person for whom it is made. */
export interface LaunchRequest extends InviteRequest {
	plan: LaunchPlan;
	bodies: LaunchBodies;
	invitee: Invitee;
	mode: 'onePerItem' | 'oneForAll';
}

const readOptions = (options: ParameterReader) => ({
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice<'skip' | 'add'>('duplicatesInInput'),
	existing: options.choice<'add' | 'skip'>('existing'),
	skipBlocked: options.flag('skipBlocked'),
	allowWithoutLink: options.flag('allowWithoutLink'),
});

function readReminder(given: ParameterReader): PlannedReminder {
	const byDate = given.choice('when') === 'date';
	return {
		name: given.optionalText('name'),
		sendoutLogic: given.choice('sendoutLogic'),
		...(byDate ? { date: given.date('date') } : { afterDays: given.number('afterDays') }),
		subject: given.optionalText('subject'),
		message: given.optionalText('message'),
	};
}

interface Planned {
	plan: LaunchPlan;
	bodies: LaunchBodies;
	/** The first of its messages without anything like the survey link. */
	withoutLink?: string;
}

/** The message that seems to have no survey link: "The message", "The message of the reminder ...". */
function messageWithoutLink({ sendout, reminders }: LaunchPlan): string | undefined {
	if (sendout.type === 'LOGIN') return undefined;
	if (missingLinkHint(sendout.message)) return 'The message';
	const index = reminders.findIndex(({ message }) => missingLinkHint(message));
	if (index < 0) return undefined;
	return `The message of the reminder ${reminders[index].name || index + 1}`;
}

/** What describes the sendout itself, not one of its people. */
const SENDOUT_FIELDS = ['surveyId', 'name', 'type', 'sendDate', 'sender', 'subject', 'message'];

/** What an item says about its sendout, as the user gave it. */
function givenFor(parameters: Parameters, labels: ParameterReader[]): Record<string, unknown> {
	return {
		...Object.fromEntries(SENDOUT_FIELDS.map((name) => [name, parameters.raw(name)])),
		labels: JSON.stringify(labels.map((label) => [label.raw('name'), label.raw('labelType')])),
		reminders: JSON.stringify(parameters.raw('reminders')),
	};
}

function planFor(parameters: Parameters, labels: ParameterReader[], now: string): Planned {
	const plan: LaunchPlan = {
		surveyId: parameters.id('surveyId'),
		sendout: newSendoutOf(parameters, now),
		labels: labels.map((label) => ({
			name: label.text('name'),
			labelType: label.choice('labelType'),
		})),
		reminders: parameters.entries('reminders', 'reminder').map(readReminder),
	};
	return {
		plan,
		bodies: bodiesOf(plan, parameters.timeZone),
		withoutLink: messageWithoutLink(plan),
	};
}

function sameFields<T extends object>(a: T, b: T): boolean {
	return (Object.keys(a) as Array<keyof T>).every((field) => a[field] === b[field]);
}

/** Whether all items ask for the same sendout: only the values of labels may hold expressions. */
function isFixed({ parameters }: INode): boolean {
	const { surveyId, name, type, sendDate, sender, subject, message, reminders } = parameters;
	const { label } = (parameters.labels ?? {}) as { label?: IDataObject[] };
	const labels = Array.isArray(label)
		? label.map(({ name: called, labelType }) => [called, labelType])
		: parameters.labels;
	const fields = [surveyId, name, type, sendDate, sender, subject, message, reminders, labels];
	return !JSON.stringify(fields).includes('"=');
}

/**
 * Makes a reader for the items of one run. Consecutive items that ask for the same sendout share one plan, since
 * working out its dates takes time.
 *
 * @param now as `toNetigateDate` gives it: the send date if none is given
 * @returns a function that throws InputError for the first thing that can't be used
 */
export function launchReader(now: string) {
	let last: { given: ReturnType<typeof givenFor>; planned: Planned } | undefined;
	let fixed: boolean | undefined;

	return (parameters: Parameters): Omit<LaunchRequest, keyof ItemRequest> => {
		const options = () => parameters.collection('options', readOptions);
		const labels = parameters.entries('labels', 'label');
		fixed ??= isFixed(parameters.node);
		if (!last || !fixed) {
			const given = givenFor(parameters, labels);
			if (!last || !sameFields(given, last.given)) {
				last = { given, planned: planFor(parameters, labels, now) };
			}
		}
		const { plan, bodies, withoutLink } = last.planned;
		if (withoutLink && !options().allowWithoutLink) {
			throw new InputError(
				`${withoutLink} seems to have no survey link in it, so nobody could answer`,
				'Copy the placeholder for the link from a message that was written in Netigate. If the link is there after all, switch on Options, Allow Without Link.',
			);
		}
		const { contact, key } = recipientFor(plan.sendout.type, parameters.contact('contact'));
		return {
			plan,
			bodies,
			invitee: {
				contact,
				key,
				sendMail: parameters.flag('sendInvitation'),
				values: labels.map((label) => labelText(label.raw('value'), label.optionalText('name'))),
			},
			mode: parameters.choice('mode'),
			options: options(),
		};
	};
}
