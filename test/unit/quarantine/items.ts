import type { Item } from '../../../nodes/shared/quarantine/rules/decide';
import type { Rule } from '../../../nodes/shared/quarantine/rules/rules';

export const ONCE: Rule = { scope: 'survey', after: 'invited', max: 1, days: 30 };

/** An item that only the rule decides. */
export const itemOf = (contact: string, more: Partial<Item> = {}): Item => ({
	contact,
	survey: '501',
	group: '',
	rules: [ONCE],
	exempt: false,
	blocked: false,
	...more,
});
