import type { NetigateClient } from '../netigate/client';
import type { Parameters } from '../n8n/parameters';
import { ResultReader } from './reader';
import type { RunItems } from '../n8n/itemRun';
import * as frame from '../n8n/itemRun';

/** What one item of a result action has to work with. */
export interface ItemRun {
	parameters: Parameters;
	client: NetigateClient;
	/** The same for all items of a run: a survey's questions and people are read once. */
	reader: ResultReader;
	hint: (message: string) => void;
}

/** Does a result action item by item. */
export function oneByOne(work: (run: ItemRun) => Promise<object | object[]>): RunItems {
	return frame.oneByOne(({ client, hint }) => {
		const reader = new ResultReader(client);
		return async (parameters) => await work({ parameters, client, reader, hint });
	});
}
