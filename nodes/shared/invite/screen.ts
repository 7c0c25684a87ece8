import type { IDataObject } from 'n8n-workflow';
import type { ReadOnce } from '../basics/concurrency';
import { jointKey } from '../basics/lists';
import type { ContactReading, Recipient } from '../input/contact';
import type { ParameterReader } from '../n8n/parameters';
import type { ItemOutcome, ItemRequest, ItemRun } from '../n8n/itemRun';
import type { NetigateClient } from '../netigate/client';
import { NetigateError } from '../netigate/errors';
import { isIn } from './alone';
import { Blocklist, sharedBlocklist } from './blocklist';
import type { Output } from './explain';
import { CHECK } from './lookUp';

export interface InviteRequest extends ItemRequest {
	options: {
		/** The number of people per request. */
		batchSize: number;
		duplicatesInInput: 'skip' | 'add';
		skipBlocked: boolean;
		existing: 'add' | 'skip' | 'whenAllowed';
		output: Output;
	};
}

export const readSharedOptions = (options: ParameterReader) => ({
	batchSize: options.whole('batchSize'),
	duplicatesInInput: options.choice<'skip' | 'add'>('duplicatesInInput'),
	skipBlocked: options.flag('skipBlocked'),
	output: options.choice<Output>('output'),
});

const ADDED_ELSEWHERE = new NetigateError(
	"Another run may have just invited this contact, but Netigate's response was lost",
	{
		outcome: 'unknown',
		mayStillRun: true,
		advice: CHECK,
	},
);

/** Lists of people who are already in a sendout. */
interface Lists {
	has: (recipient: Recipient) => boolean;
	/** The outcomes of other runs for this person, which may be more recent than the lists. */
	ended: (recipient: Recipient) => readonly ItemOutcome[];
	/** The error for people who aren't found. Present only if some contacts are hidden. */
	hidden?: NetigateError;
}

/** `settled`: the outcome is known. `existing`: the person is in the sendout, which may still need to be activated. */
type Verdict = 'invite' | 'existing' | 'settled';

/** Reads the block list (call 34), or returns an empty one if none of the requests needs it. */
export async function blockedFor(
	client: NetigateClient,
	once: ReadOnce,
	requests: readonly InviteRequest[],
): Promise<Blocklist> {
	if (!requests.some(({ options }) => options.skipBlocked)) return new Blocklist([]);
	return await once('blocked', async () => await sharedBlocklist(client));
}

/** The smallest batch size that any of the requests allows, because they are sent together. */
export const batchSizeOf = (requests: readonly InviteRequest[]) =>
	requests.reduce((least, { options }) => Math.min(least, options.batchSize), 1000);

/** Whether, despite the error, a person may have been invited or will be when the sendout is activated. */
export const invitationOf = ({ outcome }: NetigateError): { mayBeInvited?: true } =>
	outcome === 'unknown' ? { mayBeInvited: true } : {};

/**
 * The error for people who can't be found because some contacts are hidden, e.g. in an anonymous survey.
 * @param hidden the number of respondents without a readable contact
 * @param all the total number of respondents
 */
export function hiddenError(
	hidden: number,
	all: number,
	advice: string,
): NetigateError | undefined {
	if (hidden === 0) return undefined;
	const why = hidden === all ? ", perhaps due to Netigate's Partial Delete" : '';
	return new NetigateError(
		`Couldn't confirm whether this contact is already in the sendout, because ${hidden} of its ${all} respondents have no readable contact${why}`,
		{ outcome: 'notDone', advice },
	);
}

/** Decides who may be invited, first based on the input and then on who is already in the sendout. */
export class Screening {
	private readonly firstOf = new Map<string, number>();

	/** @param newSendouts whether every attempt at the same run creates new sendouts */
	constructor(
		private readonly run: ItemRun,
		private readonly blocked: Blocklist,
		private readonly newSendouts: boolean,
	) {}

	/** @param scope only items with the same scope can be duplicates */
	byInput(
		request: InviteRequest,
		recipient: Recipient,
		reading: ContactReading,
		scope = '',
	): Verdict {
		const { position, options } = request;
		const { contact, key } = recipient;
		const person = jointKey(key, scope);
		const first = this.firstOf.get(person);
		this.firstOf.set(person, first ?? position);
		if (first !== undefined && options.duplicatesInInput === 'skip') {
			this.run.markDuplicate(position, first, contact);
			return 'settled';
		}
		const { earlier } = request;
		if (earlier && isIn(earlier) === 'yes') {
			const json = { ...(earlier.json as IDataObject) };
			delete json.mayBeInvited;
			this.run.settle(position, { json });
			return 'existing';
		}
		if (!options.skipBlocked || !this.blocked.has(recipient, reading)) return 'invite';
		this.run.skip(position, contact, 'blocked');
		return 'settled';
	}

	/** @throws NetigateError if the person may be one of the respondents whose contact is hidden */
	byLists(request: InviteRequest, recipient: Recipient, lists: Lists): Verdict {
		const { position, options } = request;
		const { existing } = options;
		const ended = existing === 'add' ? [] : lists.ended(recipient).map(isIn);
		if (existing !== 'add' && (lists.has(recipient) || ended.includes('yes'))) return 'existing';
		const open = ended.includes('perhaps')
			? { error: ADDED_ELSEWHERE, json: { contact: recipient.contact, mayBeInvited: true } }
			: this.perhapsInvited(request, lists.hidden !== undefined);
		if (open) {
			this.run.settle(position, open);
			return 'settled';
		}
		if (existing === 'skip' && lists.hidden) throw lists.hidden;
		return 'invite';
	}

	/**
	 * The outcome of an earlier attempt that may have invited the person. Undefined if the lists would show the person.
	 * The lists might not show the person if they aren't read, if they hide contacts, if Netigate may still be processing
	 * the request, or if Netigate accepted the request without confirming the person.
	 */
	private perhapsInvited(
		{ earlier, options }: InviteRequest,
		isHidden: boolean,
	): ItemOutcome | undefined {
		if (!earlier || !('error' in earlier)) return undefined;
		const { error, json } = earlier;
		// If Netigate doesn't report a new sendout as active, its list isn't read.
		if (this.newSendouts && !json?.activated) return json?.mayBeInvited ? earlier : undefined;
		const { mayStillRun, accepted } = error as Partial<NetigateError>;
		const isOpen = mayStillRun || accepted || isHidden || options.existing === 'add';
		return isOpen ? earlier : undefined;
	}
}
