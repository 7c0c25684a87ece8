import type { Sandbox } from '../sandbox';
import { addAlert, alerts } from './alerts';
import { answers } from './answers';
import { calls } from './calls';
import { moveClock } from './clock';
import { overview } from './overview';
import { outbox } from './outbox';
import type { Page } from './layout';
import { confirmUnsubscribe, sendAnswers, survey, unsubscribe } from './survey';
import { people } from './people';
import { addFault, clearFaults, reset, saveSettings, settings } from './settings';

/** @param id the number in the path */
type Run<Result> = (sandbox: Sandbox, form: URLSearchParams, id: number) => Result;

/** The pages by path. The first group in a path is an ID. No path equals an API path without the base path. */
export const pages: Array<[path: RegExp, run: Run<Page>]> = [
	[/^\/$/, overview],
	[/^\/outbox$/, outbox],
	[/^\/a\/s\.aspx$/, survey],
	[/^\/a\/unsubscribe\.aspx$/, unsubscribe],
	[/^\/sendouts\/(\d+)$/, people],
	[/^\/answers\/(\d+)$/, answers],
	[/^\/alerts$/, alerts],
	[/^\/calls$/, calls],
	[/^\/settings$/, settings],
];

/** Handles forms. Each returns a page, or the path of the next page. */
export const actions: Array<[path: RegExp, run: Run<Page | string>]> = [
	[/^\/clock$/, moveClock],
	[/^\/a\/s\.aspx$/, sendAnswers],
	[/^\/a\/unsubscribe\.aspx$/, confirmUnsubscribe],
	[/^\/alerts$/, addAlert],
	[/^\/settings$/, saveSettings],
	[/^\/faults$/, addFault],
	[/^\/faults\/clear$/, clearFaults],
	[/^\/reset$/, reset],
];
