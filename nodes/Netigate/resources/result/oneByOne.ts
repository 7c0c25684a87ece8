import type { IDataObject } from 'n8n-workflow';
import { forEachLimited } from '../../../shared/api/concurrency';
import { ResultReader } from '../../../shared/results/reader';
import type { Action, ItemOutcome } from '../../actions/action';
import type { Parameters } from '../../../shared/n8n/parameters';
import type { NetigateClient } from '../../../shared/api/client';

/** What one item of a result action has to work with. */
export interface ItemRun {
	parameters: Parameters;
	client: NetigateClient;
	/** The same for all items of a run: a survey's questions and people are read once. */
	reader: ResultReader;
	hint: (message: string) => void;
}

/**
 * Does an action item by item, several at a time, with what all of them share. After a failure nothing
 * more is started, unless failures are to be continued.
 */
export function oneByOne(
	work: (run: ItemRun) => Promise<object | object[]>,
): NonNullable<Action['together']> {
	return async ({ items, client, continueOnFail, hint }) => {
		const reader = new ResultReader(client);
		const outcomes = new Array<ItemOutcome>(items.length);
		let failed = false;
		await forEachLimited(
			items,
			client.maxInFlight,
			async ({ parameters }, position) => {
				try {
					const json = await work({ parameters: parameters(), client, reader, hint });
					outcomes[position] = { json: json as IDataObject | IDataObject[] };
				} catch (error) {
					failed = true;
					outcomes[position] = { error: error as Error };
				}
			},
			() => failed && !continueOnFail,
		);
		return outcomes;
	};
}
