import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listed } from '../netigate/client';
import type { EntryId } from '../netigate/members';
import { hasEnded } from '../netigate/surveys';
import type { BGDocument, Category, Dispatch, Sendout, Survey, User } from '../netigate/types';
import { EDITOR_READ_MS, netigateClient } from './connection';
import { toNodeError } from './failure';
import { toId } from '../input/numbers';
import { foldText, readableText } from '../input/text';

interface Entry {
	id: number;
	name: string;
	state?: string;
	active: boolean;
}

/**
 * The entries that contain the words typed. Active entries come first. Entries are otherwise sorted by name,
 * with "10" after "9".
 */
function found(entries: Entry[], filter = '', byName = false): INodeListSearchResult {
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
		.map(({ id, name, label }) =>
			byName ? { name, value: name } : { name: label, value: String(id) },
		);
	return { results };
}

export async function readForList(context: ILoadOptionsFunctions, path: string): Promise<unknown> {
	return await netigateClient(context, { readTimeLimit: { ms: EDITOR_READ_MS } })
		.then(async (client) => await client.get(path))
		.catch((error: unknown) => {
			throw toNodeError(context.getNode(), error);
		});
}

/**
 * Whether another field contains an id. An expression isn't treated as an id, because its value isn't known
 * until the workflow runs.
 */
export function isChosen(context: ILoadOptionsFunctions, name: string): boolean {
	const value = context.getCurrentNodeParameter(name, { extractValue: true });
	return /^\s*\d+\s*$/.test(String(value ?? ''));
}

function chosenId(context: ILoadOptionsFunctions, name: string, label: string): number {
	try {
		return toId(context.getCurrentNodeParameter(name, { extractValue: true }), label);
	} catch {
		throw toNodeError(context.getNode(), new Error(`Choose the ${label} first`));
	}
}

export function sendoutPath(context: ILoadOptionsFunctions): string {
	const surveyId = chosenId(context, 'surveyId', 'Survey');
	return `/surveys/${surveyId}/sendouts/${chosenId(context, 'sendoutId', 'Sendout')}`;
}

export function listPath(context: ILoadOptionsFunctions): string {
	return `/bgdata/bgdocuments/${chosenId(context, 'listId', 'Respondent List')}`;
}

function searchIn<T extends object>(
	path: string,
	id: EntryId & keyof T,
	toEntry: (entry: T) => Entry,
	byName = false,
) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		return found(listed<T>(await readForList(this, path), id).map(toEntry), filter, byName);
	};
}

const stateOf = (active: boolean | undefined) => (active ? 'active' : 'inactive');

/** The account's surveys (call 1). */
export const searchSurveys = searchIn<Survey>('/surveys', 'SurveyId', (survey) => ({
	id: survey.SurveyId,
	name: readableText(survey.Name),
	state: hasEnded(survey) ? 'ended' : stateOf(survey.Activated),
	active: survey.Activated && !hasEnded(survey),
}));

const toCategory = ({ CategoryId, Name }: Category): Entry => ({
	id: CategoryId,
	name: readableText(Name),
	active: true,
});

/** The account's survey categories (call 22). */
export const searchCategories = searchIn('/accounts/categories', 'CategoryId', toCategory);

/** The same list with names as values, because a group of surveys is identified by name. */
export const searchCategoryNames = searchIn('/accounts/categories', 'CategoryId', toCategory, true);

/** The account's respondent lists (call 27). */
export const searchLists = searchIn<BGDocument>(
	'/bgdata/bgdocuments',
	'BGDocumentId',
	({ BGDocumentId, Name }) => ({ id: BGDocumentId, name: readableText(Name), active: true }),
);

/** The account's users (call 25). */
export const searchUsers = searchIn<User>(
	'/accounts/users',
	'UserId',
	({ UserId, Name, Email, Active }) => ({
		id: UserId,
		name: readableText(Name) || Email || '',
		state: stateOf(Active),
		active: Active,
	}),
);

/** The sendouts in the chosen survey (call 10). */
export async function searchSendouts(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await sendoutsOf(this, chosenId(this, 'surveyId', 'Survey'), filter);
}

const SENDOUT_TYPES: Record<string, string> = {
	EMAIL: 'email',
	SMS: 'SMS',
	LOGIN: 'login list',
	TWOWAY: 'two-way',
};

/** The entries with numeric values, as `loadOptions` needs them. */
export const optionsIn = ({ results }: INodeListSearchResult) =>
	results.map(({ name, value }) => ({ name, value: Number(value) }));

/** The sendouts in a survey (call 10). */
export async function sendoutsOf(
	context: ILoadOptionsFunctions,
	surveyId: number,
	filter?: string,
): Promise<INodeListSearchResult> {
	const read = await readForList(context, `/surveys/${surveyId}/sendouts`);
	const entries = listed<Sendout>(read, 'SendoutId').map(({ SendoutId, Primary }) => {
		const { Name, DispatchType, Activated } = (Primary ?? {}) as Partial<Dispatch>;
		const type = DispatchType ? (SENDOUT_TYPES[DispatchType] ?? DispatchType) : '';
		return {
			id: SendoutId,
			name: readableText(Name),
			state: [type, stateOf(Activated)].filter(Boolean).join(', '),
			active: Activated === true,
		};
	});
	return found(entries, filter);
}
