import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { listed } from '../netigate/client';
import type { BGDocument, Category, Dispatch, Sendout, Survey, User } from '../netigate/types';
import { HURRY_MS, netigateClient } from './connection';
import { toNodeError } from './failure';
import { toId } from '../input/numbers';
import { foldText } from '../input/text';

interface Entry {
	id: number;
	name: string;
	state?: string;
	/** Entries in use stand before those that are not. */
	active: boolean;
}

/** Entries whose name or id holds the words typed, those in use first, then by name; "10" after "9". */
export function toSearchResult(entries: Entry[], filter = ''): INodeListSearchResult {
	const words = foldText(filter).split(' ').filter(Boolean);
	const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
	const results = entries
		.map((entry) => ({
			...entry,
			label: `${entry.name} (${[entry.id, entry.state].filter(Boolean).join(', ')})`,
		}))
		.filter(({ label }) => words.every((word) => foldText(label).includes(word)))
		.sort(
			(a, b) =>
				Number(b.active) - Number(a.active) || collator.compare(a.name, b.name) || a.id - b.id,
		)
		.map(({ id, label }): INodeListSearchItems => ({ name: label, value: String(id) }));
	return { results };
}

async function read(context: ILoadOptionsFunctions, path: string): Promise<unknown> {
	return await netigateClient(context, { readTimeLimit: { ms: HURRY_MS } })
		.then(async (client) => await client.get(path))
		.catch((error: unknown) => {
			throw toNodeError(context.getNode(), error);
		});
}

/** Whether another field holds an id by now; an expression is known only when the workflow runs. */
export function isChosen(context: ILoadOptionsFunctions, name: string): boolean {
	const value = context.getCurrentNodeParameter(name, { extractValue: true });
	return /^\s*\d+\s*$/.test(String(value ?? ''));
}

/** The id chosen in another field, for a list that depends on it. */
function chosenId(context: ILoadOptionsFunctions, name: string, label: string): number {
	try {
		return toId(context.getCurrentNodeParameter(name, { extractValue: true }), label);
	} catch {
		throw toNodeError(context.getNode(), new Error(`Choose the ${label} first`));
	}
}

function surveyPath(context: ILoadOptionsFunctions): string {
	return `/surveys/${chosenId(context, 'surveyId', 'Survey')}`;
}

export function sendoutPath(context: ILoadOptionsFunctions): string {
	return `${surveyPath(context)}/sendouts/${chosenId(context, 'sendoutId', 'Sendout')}`;
}

export function listPath(context: ILoadOptionsFunctions): string {
	return `/bgdata/bgdocuments/${chosenId(context, 'listId', 'Respondent List')}`;
}

/** The account's surveys (row 1). */
export async function searchSurveys(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const surveys = listed<Survey>(await read(this, '/surveys'), 'SurveyId');
	return toSearchResult(
		surveys.map(({ SurveyId, Name, Activated }) => ({
			id: SurveyId,
			name: Name ?? '',
			state: Activated ? 'active' : 'inactive',
			active: Activated,
		})),
		filter,
	);
}

/** A sendout's kind in Netigate's own words. */
const KINDS: Record<string, string> = {
	EMAIL: 'e-mail',
	SMS: 'SMS',
	LOGIN: 'log-in list',
	TWOWAY: 'two-way',
};

/** The sendouts of the chosen survey (row 10). */
export async function searchSendouts(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await sendoutsOf(this, chosenId(this, 'surveyId', 'Survey'), filter);
}

/** The sendouts of a survey (row 10). */
export async function sendoutsOf(
	context: ILoadOptionsFunctions,
	surveyId: number,
	filter?: string,
): Promise<INodeListSearchResult> {
	const sendouts = listed<Sendout>(
		await read(context, `/surveys/${surveyId}/sendouts`),
		'SendoutId',
	);
	return toSearchResult(
		sendouts.map(({ SendoutId, Primary }) => {
			const { Name, DispatchType, Activated } = (Primary ?? {}) as Partial<Dispatch>;
			const kind = DispatchType ? (KINDS[DispatchType] ?? DispatchType) : '';
			return {
				id: SendoutId,
				name: Name ?? '',
				state: [kind, Activated ? 'active' : 'inactive'].filter(Boolean).join(', '),
				active: Activated === true,
			};
		}),
		filter,
	);
}

/** The account's categories of surveys (row 22). */
export async function searchCategories(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const categories = listed<Category>(await read(this, '/accounts/categories'), 'CategoryId');
	return toSearchResult(
		categories.map(({ CategoryId, Name }) => ({ id: CategoryId, name: Name ?? '', active: true })),
		filter,
	);
}

/** The account's respondent lists (row 27). */
export async function searchLists(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const lists = listed<BGDocument>(await read(this, '/bgdata/bgdocuments'), 'BGDocumentId');
	return toSearchResult(
		lists.map(({ BGDocumentId, Name }) => ({ id: BGDocumentId, name: Name ?? '', active: true })),
		filter,
	);
}

/** The account's users (row 25). */
export async function searchUsers(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const users = listed<User>(await read(this, '/accounts/users'), 'UserId');
	return toSearchResult(
		users.map(({ UserId, Name, Email, Active }) => ({
			id: UserId,
			name: Name || Email || '',
			state: Active ? 'active' : 'inactive',
			active: Active,
		})),
		filter,
	);
}

export { read as readForList };
