import { optOutFor } from '../../../nodes/shared/quarantine/rules/optOut';
import type { ContactEvent } from '../../../nodes/shared/quarantine/rules/rules';

const optOut = (at: number, survey = '', group = ''): ContactEvent => {
	return { kind: 'optedOut', at, until: null, survey, group };
};

describe('optOutFor', () => {
	const question = { survey: '7 eu', group: 'Service' };

	it.each([
		['an opt-out for all surveys', optOut(1), true],
		['an opt-out for this survey', optOut(1, '7 eu'), true],
		['an opt-out for this survey, recorded without a server', optOut(1, '7'), true],
		['an opt-out for the same survey ID on another server', optOut(1, '7 us'), false],
		['an opt-out for a survey whose ID begins the same', optOut(1, '77'), false],
		['an opt-out for this group in a different case', optOut(1, '', 'SERVICE '), true],
		['an opt-out for another group', optOut(1, '', 'Sales'), false],
		['an invitation to this survey', { ...optOut(1, '7 eu'), kind: 'invited' as const }, false],
	])('decides about %s', (_, event, applies) => {
		expect(optOutFor(question, [event])).toBe(applies ? event : undefined);
	});

	it('returns the latest one that applies', () => {
		const events = [optOut(3, '7 eu'), optOut(5), optOut(4, '', 'service'), optOut(9, '8 eu')];
		expect(optOutFor(question, events)).toBe(events[1]);
		const together = [optOut(5), optOut(5, '7 eu')];
		expect(optOutFor(question, together)).toBe(together[1]);
	});

	it('applies no opt-out for a group to a survey without one', () => {
		expect(optOutFor({ survey: '7', group: '' }, [optOut(1, '', 'Service')])).toBeUndefined();
	});
});
