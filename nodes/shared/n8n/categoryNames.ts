import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { readForList, toSearchResult } from './listSearch';
import { listed } from '../netigate/client';
import type { Category } from '../netigate/types';

/** The account's categories (row 22), by name: a group of surveys is known by its name alone. */
export async function searchCategoryNames(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const categories = listed<Category>(
		await readForList(this, '/accounts/categories'),
		'CategoryId',
	);
	const { results } = toSearchResult(
		categories.map(({ CategoryId, Name }) => ({ id: CategoryId, name: Name ?? '', active: true })),
		filter,
	);
	const names = new Map(categories.map(({ CategoryId, Name }) => [String(CategoryId), Name ?? '']));
	return {
		results: results.map(({ value }) => {
			const name = names.get(String(value)) ?? '';
			return { name, value: name };
		}),
	};
}
