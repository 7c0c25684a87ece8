import { invalid, notFound } from '../refusal';
import { SandboxState } from '../state';
import type { Call, World } from '../world';

/** Calls 22 to 26 and 34. */
export const accountWork = {
	getCategories: ({ state }: World) => [...state.categories.values()],

	getCategory: ({ state }: World, { ids }: Call) => {
		const category = state.categories.get(ids.categoryId);
		if (!category) throw notFound('Category', ids.categoryId);
		return category;
	},

	createCategory: ({ state }: World, { body }: Call<{ name: string }>) => {
		if (body.name.trim() === '') throw invalid('name may not be empty');
		const CategoryId = state.ids.take('category');
		const category = { CategoryId, Account: SandboxState.account, Name: body.name };
		state.categories.set(CategoryId, category);
		return category;
	},

	getUsers: ({ state }: World) => [...state.users.values()],

	getUser: ({ state }: World, { ids }: Call) => {
		const user = state.users.get(ids.userId);
		if (!user) throw notFound('User', ids.userId);
		return user;
	},

	getBlocklist: ({ state, settings }: World) => {
		const contacts = [...state.blocklist];
		const written = {
			plain: contacts,
			named: contacts.map((contact) => `Berg, Anna <${contact}>`),
			noted: contacts.map((contact) => `${contact} (left 2024-01-15)`),
			several: contacts.length > 0 ? [contacts.join(' / ')] : [],
			unreadable: [...contacts, 'anna@@example.com'],
		};
		return written[settings.blocklistEntries].map((Email) => ({ Email }));
	},
};
