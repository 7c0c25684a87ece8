import { quarantineNote } from '../../../nodes/shared/invite/quarantineSettings';

interface Given {
	days?: number;
	/** The number of advanced rules. */
	rules?: number;
	samplePercent?: number;
	hours?: object;
	consent?: boolean;
}

const item = ({ days = 0, rules = 0, ...more }: Given = {}) => ({
	quarantine: { days, rules: Array(rules + Math.sign(days)).fill({}), ...more } as never,
	fields: {},
	options: { existing: 'skip' },
});

const off = (existing: string, status?: string) => ({
	fields: status === undefined ? {} : { quarantine: { status } },
	options: { existing },
});

const ALL = { samplePercent: 10, hours: {}, consent: false };

test.each([
	[[item({ days: 1 })], 'not again within 1 day'],
	[[item({ days: 30 }), item({ days: 30 })], 'not again within 30 days'],
	[[item({ days: 30 }), item({ days: 7 }), item({ days: 9 })], 'not again within 7 to 30 days'],
	[[item({ rules: 1 })], '1 advanced rule'],
	[
		[item({ days: 30, rules: 1 }), item({ rules: 2 })],
		'not again within 30 days and 2 advanced rules',
	],
	[[item({ samplePercent: 10 }), item()], 'a sample of 10%'],
	[[10, 10, 20].map((samplePercent) => item({ samplePercent })), 'samples'],
	[[item({ hours: {} }), item()], 'sending hours'],
	[[item({ consent: false }), item()], 'consent'],
	[
		[item({ days: 2, rules: 1, ...ALL })],
		'not again within 2 days, 1 advanced rule, a sample of 10%, sending hours and consent',
	],
	[[item({ days: 2 }), off('skip')], 'not again within 2 days, off for 1 item'],
])('the note on a quarantine: %#', (items, expected) => {
	expect(quarantineNote(items)).toBe(`Quarantine: ${expected}.`);
});

test.each([
	[[], ''],
	[[off('skip', 'allowed'), off('add', 'allowed')], 'The quarantine was checked before this node.'],
	[[off('skip', 'allowed'), off('skip', 'quarantined')], 'other sendouts may ask the same people'],
	[[off('skip'), off('add')], 'the same people may be asked again'],
])('the note on no quarantine: %#', (items, expected) => {
	expect(quarantineNote(items)).toContain(expected);
	if (items.length === 0) expect(quarantineNote(items)).toBe('');
});
