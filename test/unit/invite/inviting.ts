import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Action } from '../../../nodes/Netigate/action';
import { parameterReader } from '../../../nodes/shared/n8n/itemParameters';
import type { Batch, ItemOutcome } from '../../../nodes/shared/n8n/itemRun';
import { DirectSandbox } from '../../sandbox/directSandbox';
import { Refusal } from '../../sandbox/refusal';
import type { Settings } from '../../sandbox/settings';
import type { DispatchType } from '../../sandbox/types';

export const ANNA = 'anna@example.com';
export const BEN = 'ben@example.com';
export const CARL = 'carl@example.com';

export const ENDED = { EndDate: '2026-01-01T00:00:00Z' };

export const refuse = (): unknown => {
	throw new Refusal(400, 'No');
};

/** Survey 501 in a sandbox, and runs of actions that invite people to it. */
export class Inviting {
	readonly sandbox: DirectSandbox;
	readonly hints: string[] = [];
	/** Options and parameters for all items. */
	parameters: IDataObject = {};
	testRun = false;
	continueOnFail = true;

	constructor(survey: object = {}, settings: Partial<Settings> = {}) {
		this.sandbox = new DirectSandbox({ inactiveSurvey: 'accept', ...settings });
		const EndDate = '2096-01-01T00:00:00Z';
		this.sandbox.state.addSurvey({ SurveyId: 501, Name: 'Fair', EndDate, ...survey });
	}

	addSendout(
		id: number,
		{ isActive = true, type = 'EMAIL', name = 'First', members = [] as string[] } = {},
	) {
		const { state } = this.sandbox;
		const texts = { sender: 'surveys@example.com', subject: 'Hello', message: '[link]' };
		const dispatch = { name, sendDate: null, logic: 'ALL' as const, ...texts };
		const sendout = state.addSendout(501, { ...dispatch, type: type as DispatchType }, id);
		sendout.primary.Activated = isActive;
		for (const member of members) state.addRespondent(sendout, member);
		return sendout;
	}

	/** @param given contacts or items @param earlier by contact, the outcome of an earlier attempt */
	async runAction(
		{ fields, together }: Action,
		parameters: IDataObject,
		given: Array<string | IDataObject>,
		earlier: Record<string, ItemOutcome> = {},
	): Promise<ItemOutcome[]> {
		const items = given.map((one) => (typeof one === 'string' ? { email: one } : one));
		const node = {
			type: 'n8n-nodes-netigate.netigate',
			parameters: {
				surveyId: 501,
				contact: '={{ $json.email }}',
				sendInvitation: true,
				...parameters,
				...this.parameters,
			},
		};
		const context = { getNode: () => node, getTimezone: () => 'Europe/Berlin' };
		const read = parameterReader(context as unknown as IExecuteFunctions, fields);
		const batch: Batch = {
			items: items.map((json, position) => ({
				parameters: () => read(position, { json }),
				earlier: earlier[json.email as string],
			})),
			client: this.sandbox.client,
			continueOnFail: this.continueOnFail,
			testRun: this.testRun,
			refusalOf: (_, error) => ({ status: 'refused', message: error.message }),
			hint: (message) => void this.hints.push(message),
			place: this.sandbox.client.connection,
		};
		return (await together!(batch)).map((outcome) => outcome!);
	}

	count(operation: string): number {
		return this.sandbox.calls.filter((call) => call === operation).length;
	}

	get activations(): number {
		return this.count('activateSendout');
	}

	/**
	 * Runs the task before each call to this path. By default, the calls are refused.
	 * @param first the number of the first call that this applies to
	 */
	before(path: RegExp, first = 1, task = () => refuse()): void {
		let calls = 0;
		this.sandbox.beforeCall = (_, request) => {
			if (path.test(`${request.method} ${request.path}`) && ++calls >= first) task();
		};
	}
}

/** For each item, the error message, the reason why it was skipped, or the status. */
export const brief = (outcomes: ItemOutcome[]) =>
	outcomes.map((outcome) => {
		if ('error' in outcome) return outcome.error.message;
		const { status, reason, activated } = outcome.json as IDataObject;
		const shown = status === 'skipped' ? reason : status;
		return activated === false ? `${String(shown)}, not active` : shown;
	});
