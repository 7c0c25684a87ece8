import type { IDataObject, INode } from 'n8n-workflow';
import { recipientFor } from '../../input/contact';
import { labelText } from '../../input/backgroundData';
import { missingLinkHint } from '../dispatch';
import { InputError } from '../../netigate/errors';
import type { Invitee } from './launch';
import { bodiesOf, type LaunchBodies, type LaunchPlan, type PlannedReminder } from './plan';
import { newSendoutOf } from '../newSendout';
import type { ItemRequest } from '../../n8n/itemRun';
import type { ParameterReader, Parameters } from '../../n8n/parameters';

interface LaunchSettings {
	batchSize: number;
	duplicatesInInput: 'skip' | 'add';
	existing: 'add' | 'skip';
	skipBlocked: boolean;
	allowWithoutLink: boolean;
}

/** What one item asks for: a sendout, and the person for whom it is made. */
export interface LaunchRequest extends ItemRequest {
	plan: LaunchPlan;
	bodies: LaunchBodies;
	invitee: Invitee;
	mode: 'onePerItem' | 'oneForAll';
	settings: LaunchSettings;
}

const readSettings = (options: ParameterReader): LaunchSettings => ({
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice('duplicatesInInput'),
	existing: options.choice('existing'),
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
	/** The first of its messages in which nothing looks like the survey link. */
	withoutLink?: string;
}

/** Which message seems to have no survey link: "The message", "The message of the reminder ...". */
function messageWithoutLink({ sendout, reminders }: LaunchPlan): string | undefined {
	if (sendout.type === 'LOGIN') return undefined;
	if (missingLinkHint(sendout.message)) return 'The message';
	const index = reminders.findIndex(({ message }) => missingLinkHint(message));
	if (index < 0) return undefined;
	return `The message of the reminder ${reminders[index].name || index + 1}`;
}

function refuseWithoutLink(which: string): never {
	throw new InputError(
		`${which} seems to have no survey link in it, so nobody could answer`,
		'Copy the placeholder for the link from a message that was written in Netigate. If the link is there after all, switch on Options, Allow Without Link.',
	);
}

const labelsOf = (parameters: Parameters) => parameters.entries('labels', 'label');

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
 * Makes a reader for the items of one run, which reads and checks what an item asks for before anything is sent.
 * Consecutive items that ask for the same sendout share one plan: working out its dates takes time.
 *
 * @param now as `toNetigateDate` gives it: the send date where none is given
 * @returns a function that throws InputError for the first thing that cannot be used
 */
export function launchReader(now: string) {
	let last: { given: ReturnType<typeof givenFor>; planned: Planned } | undefined;
	let fixed: boolean | undefined;

	return (parameters: Parameters): Omit<LaunchRequest, keyof ItemRequest> => {
		const settings = () => parameters.collection('options', readSettings);
		const labels = labelsOf(parameters);
		fixed ??= isFixed(parameters.node);
		if (!last || !fixed) {
			const given = givenFor(parameters, labels);
			if (!last || !sameFields(given, last.given)) {
				last = { given, planned: planFor(parameters, labels, now) };
			}
		}
		const { plan, bodies, withoutLink } = last.planned;
		if (withoutLink && !settings().allowWithoutLink) refuseWithoutLink(withoutLink);
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
			settings: settings(),
		};
	};
}
