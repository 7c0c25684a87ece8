import { DateTime } from 'luxon';
import type { IDataObject, INode } from 'n8n-workflow';
import { countBy, getOrAdd, jointKey } from '../../basics/lists';
import { labelText } from '../../input/backgroundData';
import { recipientFor, type ContactReading, type Recipient } from '../../input/contact';
import { toNetigateDate } from '../../input/dates';
import type { ItemRequest } from '../../n8n/itemRun';
import type { ParameterReader, Parameters } from '../../n8n/parameters';
import { InputError, SettingError } from '../../netigate/errors';
import type { LabelType } from '../../netigate/types';
import {
	missingLinkHint,
	newSendoutOf,
	refusePast,
	reminderBody,
	sendoutBody,
	STILL_NOW_MS,
} from '../dispatch';
import { readSharedOptions, type InviteRequest } from '../screen';

export type LaunchPlan = ReturnType<typeof planFor>;

/** A person to invite. The values are in the order of the plan's labels ('' if the person has no value). */
export interface Invitee extends Recipient {
	reading: ContactReading;
	sendMail: boolean;
	values: string[];
}

export interface LaunchRequest extends InviteRequest {
	options: InviteRequest['options'] & Pick<ReturnType<typeof readOptions>, 'allowPastDates'>;
	plan: LaunchPlan;
	invitee: Invitee;
	/** The item's own fields. */
	fields: IDataObject;
	mode: 'onePerItem' | 'oneForAll';
}

const readOptions = (options: ParameterReader) => ({
	...readSharedOptions(options),
	existing: options.choice<'add' | 'skip'>('existing'),
	allowPastDates: options.flag('allowPastDates'),
	allowWithoutLink: options.flag('allowWithoutLink'),
});

/** The given date, or the send date plus the given number of days. Whole days keep the local time. */
function reminderDate(given: ParameterReader, name: string, sendDate: string, zone: string) {
	if (given.choice('when') === 'date') {
		const date = given.date('date');
		if (date !== undefined) return date;
		throw new InputError(
			`The reminder "${name}" has no date`,
			'Choose a date, or set \'When\' to "Days After the Send Date".',
		);
	}
	const afterDays = given.number('afterDays');
	const days = Math.floor(afterDays);
	const hours = (afterDays - days) * 24;
	const at = DateTime.fromISO(sendDate, { zone }).plus({ days, hours });
	return toNetigateDate(at, zone, 'After (Days)')!;
}

type Reminder = ReturnType<typeof reminderBody>;

/** Refuses two reminders if anyone would receive the same message from both at the same time. */
function refuseSameReminders(reminders: readonly Reminder[]): void {
	const contentOf = ({ sendDate, subject, message }: Reminder) =>
		jointKey(sendDate, subject ?? '', message);
	const earlier = new Map<string, Map<string, Reminder>>();
	for (const one of reminders) {
		const same = getOrAdd(earlier, contentOf(one), () => new Map<string, Reminder>());
		const other =
			one.sendoutLogic === 'ALL'
				? [...same.values()].at(0)
				: (same.get(one.sendoutLogic) ?? same.get('ALL'));
		same.set(one.sendoutLogic, one);
		if (!other) continue;
		throw new InputError(
			`The reminders "${other.name}" and "${one.name}" would send the same message at the same time, ${one.sendDate}`,
			'Remove one of them, or choose another date for it.',
		);
	}
}

/**
 * @throws InputError if a reminder's date is in the past, because the reminder might be sent together with the
 * invitation
 */
export function refusePastReminders({ reminders }: LaunchPlan): void {
	for (const { name, sendDate } of reminders)
		refusePast(sendDate, `The reminder "${name}"`, Date.now());
}

/** @param now the start of the run @throws InputError if the sendout or a reminder has a date in the past */
export function refusePastDates(plan: LaunchPlan, now: string): void {
	refusePast(plan.sendout.sendDate, 'The sendout', Date.parse(now) - STILL_NOW_MS);
	refusePastReminders(plan);
}

/** A new sendout with everything except its people. Contains the bodies of calls 12, 21 and 19. */
function planFor(parameters: Parameters, labelEntries: ParameterReader[], now: string) {
	const surveyId = parameters.id('surveyId');
	const sendout = newSendoutOf(parameters, now);
	const labels = labelEntries.map((label) => ({
		name: label.text('name'),
		labelType: label.choice<LabelType>('labelType'),
	}));
	for (const [name, count] of countBy(labels.map((label) => label.name))) {
		if (count > 1)
			throw new SettingError(`The background data "${name}" appears twice`, 'Remove one of them.');
	}
	const body = sendoutBody(sendout);
	const lacksLink = (message: string) =>
		sendout.type !== 'LOGIN' && missingLinkHint(message) !== undefined;
	/** The first message without a survey link, as named in the error. */
	let withoutLink = lacksLink(sendout.message) ? 'The message' : undefined;
	const reminders = parameters.entries('reminders', 'reminder').map((given, index) => {
		const ownName = given.optionalText('name');
		const name = ownName || `Reminder ${index + 1}`;
		const message = given.optionalText('message') || sendout.message;
		if (lacksLink(message)) withoutLink ??= `The message for reminder ${ownName || index + 1}`;
		return reminderBody(
			{
				name,
				sendoutLogic: given.choice('sendoutLogic'),
				sendDate: reminderDate(given, name, sendout.sendDate, parameters.timeZone),
				sender: sendout.sender,
				subject: given.optionalText('subject') || sendout.subject,
				message,
			},
			sendout,
		);
	});
	refuseSameReminders(reminders);
	return { surveyId, sendout, body, labels, reminders, withoutLink };
}

/** The first part in which two plans differ. Names and dates may differ, because those of the first item are used. */
export function differenceBetween(first: LaunchPlan, other: LaunchPlan): string | undefined {
	if (first === other) return undefined;
	const partsOf = ({ sendout, labels, reminders }: LaunchPlan) => ({
		type: sendout.type,
		'sender, subject or message': [sendout.sender, sendout.subject, sendout.message],
		'background data fields': labels.map(({ name, labelType }) => [name, labelType]),
		reminders: reminders.map((reminder) => ({ ...reminder, sendDate: null })),
	});
	const others = Object.values(partsOf(other));
	return Object.entries(partsOf(first)).find(
		([, part], index) => JSON.stringify(part) !== JSON.stringify(others[index]),
	)?.[0];
}

/** The parameters that describe the sendout itself rather than its people. */
const SENDOUT_FIELDS = ['surveyId', 'name', 'type', 'sendDate', 'sender', 'subject', 'message'];

const givenFor = (parameters: Parameters, labels: ParameterReader[]) => [
	...SENDOUT_FIELDS.map((name) => parameters.raw(name)),
	JSON.stringify(labels.map((label) => [label.raw('name'), label.raw('labelType')])),
	JSON.stringify(parameters.raw('reminders')),
];

/** Whether no parameter of the sendout contains an expression, so that all items request the same sendout. */
function isFixed({ parameters }: INode): boolean {
	const { label } = (parameters.labels ?? {}) as { label?: IDataObject[] };
	const labels = Array.isArray(label)
		? label.map(({ name, labelType }) => [name, labelType])
		: parameters.labels;
	const fields = SENDOUT_FIELDS.map((name) => parameters[name]);
	return !JSON.stringify([...fields, parameters.reminders, labels]).includes('"=');
}

/**
 * Creates a function that reads an item's parameters. Consecutive items for the same sendout share a plan, because
 * calculating its dates takes time.
 * @param now the send date for items without one, as returned by `toNetigateDate`
 * @returns a function that throws InputError for the first invalid value
 */
export function launchReader(now: string) {
	let last: { given: unknown[]; plan: LaunchPlan } | undefined;
	let fixed: boolean | undefined;

	return (parameters: Parameters): Omit<LaunchRequest, keyof ItemRequest> => {
		const options = () => parameters.collection('options', readOptions);
		const labels = parameters.entries('labels', 'label');
		fixed ??= isFixed(parameters.node);
		if (!last || !fixed) {
			const given = givenFor(parameters, labels);
			if (!last?.given.every((value, index) => value === given[index]))
				last = { given, plan: planFor(parameters, labels, now) };
		}
		const { plan } = last;
		if (plan.withoutLink && !options().allowWithoutLink) {
			throw new SettingError(
				`${plan.withoutLink} doesn't seem to contain a survey link, so no one could answer`,
				"Copy the placeholder for the link from a message written in Netigate. If the message does contain the link, turn on 'Options > Allow Without Link'.",
			);
		}
		const { defaultCountry } = parameters;
		const reading = { type: plan.sendout.type, defaultCountry };
		return {
			plan,
			invitee: {
				...recipientFor(reading, parameters.contact('contact')),
				reading,
				sendMail: parameters.flag('sendInvitation'),
				values: labels.map((label) => labelText(label.raw('value'), label.optionalText('name'))),
			},
			fields: parameters.item,
			mode: parameters.choice('mode'),
			options: options(),
		};
	};
}
