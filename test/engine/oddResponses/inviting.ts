import type { IDataObject } from 'n8n-workflow';
import type { Fault, Settings } from '../../sandbox';

/*
 * The expected results of adding and launching if Netigate behaves in unexpected ways: lists lag, a success has no
 * content, a new sendout is already active, contacts are hidden. inviting.test.ts runs each case.
 */

/** The run's report about a person. */
type Outcome = 'added' | 'launched' | 'existing' | 'failed' | 'may be invited';

type Action = 'add' | 'launch' | 'launch, skipping existing';

export interface InvitingCase {
	when: string;
	/** Runs before the unexpected behavior begins. */
	before?: Action[];
	settings?: Partial<Settings>;
	faults?: Fault[];
	run: Action;
	/** For Anna, Ben and Cleo, or for all three. */
	outcome: Outcome | [Outcome, Outcome, Outcome];
	/** Parts of every error, or of the hints of a run without errors. */
	says?: string[];
	doesNotSay?: string[];
	/** The number of respondents in the sendout, which contains no contact twice. */
	added?: number;
	/** The launched sendouts: whether each is active, and its number of reminders. */
	launched?: Array<[active: boolean, reminders: number]>;
	/** The number of requests to activate. */
	activations?: number;
}

/** Longer than any action looks for what it created, with these tests' options. */
const LAG_MS = 2000;

const refusedActivation: Fault = { operationId: 'activateSendout', kind: '400' };

/** A response of these calls in which members have other values. */
const answered = (operationIds: string[], values: IDataObject, at?: number): Fault[] =>
	operationIds.map((operationId) => ({
		operationId,
		kind: 'answer',
		changes: Object.entries(values).map(([member, value]) =>
			value === undefined ? { do: 'remove', member } : { do: 'set', member, value, at },
		),
	}));

const inactive = { Activated: false, DoneDate: null };

export const invitingCases: InvitingCase[] = [
	...[202, 204].map(
		(status): InvitingCase => ({
			when: `people are added with an empty ${status}, and listed much later`,
			settings: { listedAfterMs: LAG_MS },
			faults: [{ operationId: 'addRespondents', kind: 'empty', status, workDone: true }],
			run: 'add',
			outcome: 'may be invited',
			added: 3,
		}),
	),
	{
		when: 'a reminder is made with 202 and listed much later: each try makes an inactive sendout',
		settings: { listedAfterMs: LAG_MS },
		faults: [{ operationId: 'createReminder', kind: 'empty', status: 202, workDone: true }],
		run: 'launch',
		outcome: 'failed',
		launched: [1, 2, 3].map(() => [false, 1]),
	},
	{
		when: 'a new sendout is active at once, and its reminder refused',
		faults: [
			...answered(['createSendout'], { Activated: true }),
			{ operationId: 'createReminder', kind: '400' },
		],
		run: 'launch',
		outcome: 'may be invited',
		says: ["Don't launch it again"],
		doesNotSay: ['no one was invited'],
		launched: [[false, 0]],
	},
	{
		when: 'the activation is refused because the sendout is active',
		faults: [{ ...refusedActivation, workDone: true }],
		run: 'launch',
		outcome: 'launched',
		launched: [[true, 1]],
	},
	{
		when: "the activation is refused, and whether the sendout is active can't be read",
		faults: [refusedActivation, { operationId: 'getSendout', kind: '500' }],
		run: 'launch',
		outcome: 'may be invited',
		says: ['Netigate refused: Invalid argument'],
		launched: [[false, 1]],
	},
	...(['add', 'launch'] as const).map(
		(run): InvitingCase => ({
			when: `the sendout stays inactive after its activation (${run})`,
			faults: answered(['activateSendout', 'getSendout'], inactive),
			run,
			outcome: run === 'add' ? 'added' : 'launched',
			says: ["doesn't report the sendout as active"],
			activations: 1,
		}),
	),
	{
		when: 'the responses to activations are empty, and the sendout stays inactive: three requests in each of three tries',
		faults: [{ operationId: 'activateSendout', kind: 'empty' }],
		run: 'add',
		outcome: 'may be invited',
		says: ["empty response, and the sendout isn't active"],
		activations: 9,
	},
	{
		when: 'only the response to the activation calls the sendout inactive',
		faults: answered(['activateSendout'], inactive),
		run: 'add',
		outcome: 'added',
		doesNotSay: ['the sendout as active'],
	},
	{
		when: 'a sendout is finished, and no longer active: its people still count as invited',
		before: ['launch'],
		faults: answered(['getSendouts'], { Activated: false, DoneDate: '2026-01-05T08:00:00Z' }),
		run: 'launch, skipping existing',
		outcome: 'existing',
		launched: [[true, 1]],
	},
	...[null, 1, undefined].map(
		(DispatchType): InvitingCase => ({
			when: `people are in a sendout of the type ${DispatchType}`,
			before: ['launch, skipping existing'],
			faults: answered(['getSendouts'], { DispatchType }),
			run: 'launch, skipping existing',
			outcome: 'existing',
			launched: [[true, 1]],
		}),
	),
	{
		when: 'nobody in the sendout shows a contact: nobody is added, and the error says how they can be',
		before: ['add'],
		settings: { listedEmail: 'null' },
		run: 'add',
		outcome: 'failed',
		says: [`set 'If Already in This Sendout' to "Always Invite Again"`],
		added: 3,
	},
	...[null, '', 'a***@example.com', 'a••@example.com', 'b1946ac92492d234'].map(
		(Email): InvitingCase => ({
			when: `Anna's contact is listed as ${JSON.stringify(Email)}: only she may be missing`,
			before: ['add'],
			faults: answered(['getRespondents'], { Email }, 0),
			run: 'add',
			outcome: ['failed', 'existing', 'existing'],
			says: ['because 1 of its 3 respondents have no readable contact'],
			added: 3,
		}),
	),
	...(
		[
			['null', ['failed', 'failed', 'failed'], 3],
			['firstNull', ['failed', 'existing', 'existing'], 1],
		] as const
	).map(
		([listedEmail, outcome, hidden]): InvitingCase => ({
			when: `contacts of a launched sendout are hidden (${listedEmail})`,
			before: ['launch, skipping existing'],
			settings: { listedEmail },
			run: 'launch, skipping existing',
			outcome: [...outcome],
			says: [`because ${hidden} of its 3 respondents`],
			launched: [[true, 1]],
		}),
	),
	...(['add', 'launch, skipping existing'] as const).map(
		(run): InvitingCase => ({
			when: `an active sendout is not activated again (${run})`,
			before: [run],
			faults: [refusedActivation],
			run,
			outcome: 'may be invited',
			says: ["in the active sendout, but Netigate didn't activate the sendout again"],
			doesNotSay: ['Sendout > Activate'],
		}),
	),
	...([true, 'noDashes', 'escaped'] as const).map(
		(echoKey): InvitingCase => ({
			when: `Netigate repeats the API key in its refusals: ${echoKey}`,
			settings: {
				echoKey,
				refusedContacts: ['anna', 'ben', 'cleo'].map((name) => `${name}@example.com`),
			},
			run: 'add',
			outcome: 'failed',
			says: ['[API key]'],
		}),
	),
];
