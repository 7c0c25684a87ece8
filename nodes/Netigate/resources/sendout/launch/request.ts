import type { IDataObject, INode } from 'n8n-workflow';
import { recipientFor } from '../../../../shared/values/channel';
import { toNetigateDate } from '../../../../shared/values/dates';
import { missingLinkHint, toDispatchType } from '../../../../shared/sendouts/dispatch';
import { InputError } from '../../../../shared/api/errors';
import type { Invitee } from './launch';
import { bodiesOf, type LaunchBodies, type LaunchPlan, type PlannedReminder } from './plan';
import type { LabelType } from '../../../../shared/api/types';
import type { Asked } from '../../../actions/frame';
import { toId, toText, type Parameters } from '../../../../shared/n8n/parameters';

export interface LaunchSettings {
	batchSize: number;
	duplicatesInInput: 'skip' | 'add';
	existing: 'add' | 'skip';
	skipBlocked: boolean;
	allowWithoutLink: boolean;
}

/** What one item asks for: a sendout, and the person for whom it is made. */
export interface LaunchRequest extends Asked {
	plan: LaunchPlan;
	bodies: LaunchBodies;
	invitee: Invitee;
	mode: 'onePerItem' | 'oneForAll';
	settings: LaunchSettings;
}

function entriesOf(parameters: Parameters, collection: string, entry: string): IDataObject[] {
	const list = parameters.collection<Record<string, IDataObject[]>>(collection)[entry];
	return Array.isArray(list) ? list : [];
}

function readReminder(given: IDataObject, zone: string): PlannedReminder {
	const name = toText(given.name, 'Name').trim();
	const byDate = given.when === 'date';
	return {
		name,
		sendoutLogic: toText(given.sendoutLogic ?? 'NOT_COMPLETED', 'Remind'),
		...(byDate
			? { date: toNetigateDate(given.date, zone, `Date of the reminder ${name}`.trim()) }
			: { afterDays: given.afterDays ?? 7 }),
		subject: toText(given.subject, 'Subject').trim(),
		message: toText(given.message, 'Message'),
	};
}

interface Planned {
	plan: LaunchPlan;
	bodies: LaunchBodies;
	/** The first of its messages in which nothing looks like the survey link. */
	withoutLink?: string;
}

/** Which message people could not answer: "The message", "The message of the reminder ...". */
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
		'Copy the placeholder for the link from a message that was written in Netigate. If the link is there all the same, switch on Options, Allow Without Link.',
	);
}

/** What an item says about its sendout, as the user gave it. */
function givenFor(parameters: Parameters, labels: IDataObject[]) {
	return {
		surveyId: parameters.id('surveyId'),
		name: parameters.text('name'),
		type: parameters.raw('type', 'EMAIL'),
		sendDate: parameters.raw('sendDate', ''),
		sender: parameters.optionalText('sender'),
		subject: parameters.optionalText('subject'),
		message: toText(parameters.raw('message', ''), 'Message'),
		labels: JSON.stringify(labels.map(({ name, labelType }) => [name, labelType])),
		reminders: JSON.stringify(entriesOf(parameters, 'reminders', 'reminder')),
	};
}

function planFor(
	given: ReturnType<typeof givenFor>,
	parameters: Parameters,
	labels: IDataObject[],
	now: string,
): Planned {
	const { surveyId, name, sender, subject, message } = given;
	const plan: LaunchPlan = {
		surveyId,
		sendout: {
			name,
			type: toDispatchType(given.type),
			sendDate: parameters.date('sendDate') ?? now,
			sender,
			subject,
			message,
		},
		labels: labels.map(({ name: label, labelType }) => ({
			name: toText(label, 'Name').trim(),
			labelType: labelType === 'ORDINAL' ? 'ORDINAL' : ('TEXT' as LabelType),
		})),
		reminders: entriesOf(parameters, 'reminders', 'reminder').map((reminder) =>
			readReminder(reminder, parameters.timeZone),
		),
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

/** Whether all items say the same about their sendout: no field but the values of labels has an expression. */
function isFixed({ parameters }: INode): boolean {
	const { surveyId, name, type, sendDate, sender, subject, message, reminders } = parameters;
	const { label = [] } = (parameters.labels ?? {}) as { label?: IDataObject[] };
	const labels = label.map(({ name: called, labelType }) => [called, labelType]);
	const fields = [surveyId, name, type, sendDate, sender, subject, message, reminders, labels];
	return !JSON.stringify(fields).includes('"=');
}

/**
 * A reader for the items of one run: reads and checks what an item asks for; nothing has been sent by then.
 * Items in a row that say the same about their sendout get the same plan, made once, since working out its dates takes time.
 *
 * @param now the present, as `toNetigateDate` gives it: the send date where none is given
 * @returns a function that throws InputError for the first thing that cannot be used
 */
export function launchReader(now: string) {
	let last: { given: ReturnType<typeof givenFor>; planned: Planned } | undefined;
	let fixed: boolean | undefined;

	return (parameters: Parameters): Omit<LaunchRequest, keyof Asked> => {
		const options = parameters.collection<LaunchSettings>('options');
		const labels = entriesOf(parameters, 'labels', 'label');
		fixed ??= isFixed(parameters.node);
		if (!last || !fixed) {
			const given = givenFor(parameters, labels);
			if (!last || !sameFields(given, last.given)) {
				last = { given, planned: planFor(given, parameters, labels, now) };
			}
		}
		const { plan, bodies, withoutLink } = last.planned;
		if (withoutLink && !options.allowWithoutLink) refuseWithoutLink(withoutLink);
		return {
			plan,
			bodies,
			invitee: {
				...recipientFor(plan.sendout.type, parameters.raw('contact', '')),
				sendMail: parameters.raw('sendInvitation', true) !== false,
				values: labels.map(({ name, value }) =>
					toText(value, `Background Data ${String(name)}`).trim(),
				),
			},
			mode: parameters.raw('mode', 'onePerItem') === 'oneForAll' ? 'oneForAll' : 'onePerItem',
			settings: {
				batchSize: toId(options.batchSize ?? 100, 'Batch Size'),
				duplicatesInInput: options.duplicatesInInput ?? 'skip',
				existing: options.existing ?? 'add',
				skipBlocked: options.skipBlocked ?? true,
				allowWithoutLink: options.allowWithoutLink ?? false,
			},
		};
	};
}
