import type { IDataObject } from 'n8n-workflow';
import type { NetigateError } from '../netigate/errors';
import type { ParameterReader, Parameters } from '../n8n/parameters';
import type { LabelMapping } from '../input/backgroundData';
import type { ItemOutcome } from '../n8n/itemRun';
import type { ItemRequest } from '../n8n/itemRun';
import { quarantineSettings, type QuarantineSettings } from './quarantine';

interface Options {
	activate: boolean;
	batchSize: number;
	duplicatesInInput: 'skip' | 'add';
	skipBlocked: boolean;
	output: 'netigate' | 'both';
}

/** An item as the user gave it, read but not yet checked against the sendout. */
export interface Request extends ItemRequest {
	/** The sendout, `/surveys/501/sendouts/7001`. */
	path: string;
	contact: string;
	sendMail: boolean;
	mapping?: LabelMapping;
	fields: IDataObject;
	existing: 'add' | 'skip';
	quarantine?: QuarantineSettings;
	options: Options;
}

/** The items that are for one sendout. */
export interface Group {
	path: string;
	requests: Request[];
}

type Existing = 'add' | 'skip' | 'skipAlways';

/**
 * What becomes of somebody who is there already. Beside a quarantine "skip" leaves it to that: n8n does not tell
 * whether it was chosen or is the default, and a sendout with a quarantine serves for months.
 */
function toExisting(chosen: Existing, quarantine: QuarantineSettings | undefined): 'add' | 'skip' {
	if (chosen === 'skip') return quarantine ? 'add' : 'skip';
	return chosen === 'add' ? 'add' : 'skip';
}

const readOptions = (options: ParameterReader): Options => ({
	activate: options.flag('activate'),
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice('duplicatesInInput'),
	skipBlocked: options.flag('skipBlocked'),
	output: options.choice('output'),
});

/** @throws InputError for a parameter that cannot be used */
export function readRequest(parameters: Parameters): Omit<Request, keyof ItemRequest> {
	const quarantine = quarantineSettings(parameters);
	return {
		quarantine,
		path: `/surveys/${parameters.id('surveyId')}/sendouts/${parameters.id('sendoutId')}`,
		contact: parameters.contact('contact'),
		sendMail: parameters.flag('sendInvitation'),
		mapping: parameters.mapping('backgroundData'),
		fields: parameters.item,
		existing: toExisting(parameters.choice<Existing>('existing'), quarantine),
		options: parameters.collection('options', readOptions),
	};
}

/**
 * What an earlier try of this run told of a person who is in the sendout since, or was all along: added, whether
 * or not it could be activated, or given back by Netigate as one who was there.
 */
export function addedEarlier({ earlier }: Request): IDataObject | undefined {
	const json = earlier?.json as IDataObject | undefined;
	return json?.status === 'added' || json?.reason === 'existing' ? json : undefined;
}

/**
 * What an earlier try of this run told of a person who may have been added by it. They are not sent again: a
 * request that timed out may still be under way, and with "add" nobody can tell theirs from others.
 */
export function perhapsAdded({ earlier, existing }: Request): ItemOutcome | undefined {
	if (!earlier || !('error' in earlier)) return undefined;
	const { mayStillRun, accepted } = earlier.error as Partial<NetigateError>;
	return mayStillRun || accepted || existing === 'add' ? earlier : undefined;
}

/** The items of a run by their sendout, each in the order in which it first came. */
export function groupBySendout(requests: Request[]): Group[] {
	const groups = new Map<string, Group>();
	for (const request of requests) {
		const { path } = request;
		const group = groups.get(path);
		if (group) group.requests.push(request);
		else groups.set(path, { path, requests: [request] });
	}
	return [...groups.values()];
}
