import * as fc from 'fast-check';

import { contactKind, normaliseContact } from '../../../nodes/shared/values/contact';

describe('an e-mail address', () => {
	test.each([
		['anna@example.com', 'anna@example.com'],
		['  Anna@Example.COM \n', 'anna@example.com'],
		['\u200banna@example.com\ufeff', 'anna@example.com'],
		['ASA@EXAMPLE.COM', 'asa@example.com'],
		['Jose\u0301@example.com', 'jos\u00e9@example.com'],
		['JOS\u00c9@example.com', 'jos\u00e9@example.com'],
		['a@b', 'a@b'],
	])('%j is compared as %j', (raw, expected) => {
		expect(normaliseContact(raw)).toBe(expected);
		expect(contactKind(raw)).toBe('email');
	});

	test('keeps its plus tag unless it is to be folded', () => {
		expect(normaliseContact('Anna+Shop@example.com')).toBe('anna+shop@example.com');
		expect(normaliseContact('Anna+Shop@example.com', { foldPlusAddress: true })).toBe(
			'anna@example.com',
		);
	});

	test('folding leaves an address without a name before the plus, and a plus in the domain, alone', () => {
		expect(normaliseContact('+shop@example.com', { foldPlusAddress: true })).toBe(
			'+shop@example.com',
		);
		expect(normaliseContact('anna@ex+ample.com', { foldPlusAddress: true })).toBe(
			'anna@ex+ample.com',
		);
	});

	test.each([
		'anna@example.com, bo@example.com',
		'anna@example.com;bo@example.com',
		'Anna <anna@example.com>',
		'anna @example.com',
		'@example.com',
		'anna@',
		'a@b@c',
	])('%j is not one address, so it is no contact', (raw) => {
		expect(normaliseContact(raw)).toBeNull();
		expect(contactKind(raw)).toBeNull();
	});
});

describe('a phone number', () => {
	test.each([
		['46735123456', '46735123456'],
		['+46 73-512 34 56', '46735123456'],
		['0046735123456', '46735123456'],
		['00 46 73 512 34 56', '46735123456'],
		['+46 (0)73 512 34 56', '46735123456'],
		['\u202a+46735123456\u202c', '46735123456'],
		['+49 (30) 1234.567', '49301234567'],
		['+46\u00a073\u2013512\u00a034\u00a056', '46735123456'],
		['\uff14\uff16\uff17\uff13\uff15\uff11\uff12\uff13\uff14\uff15\uff16', '46735123456'],
		[46735123456, '46735123456'],
		[46735123456n, '46735123456'],
	])('%p is compared as %j', (raw, expected) => {
		expect(normaliseContact(raw)).toBe(expected);
		expect(contactKind(raw)).toBe('phone');
	});

	test('a national number keeps its leading zero', () => {
		expect(normaliseContact('073-512 34 56')).toBe('0735123456');
	});
});

describe('anything else', () => {
	test.each([
		['  Anna.Berg ', 'Anna.Berg'],
		['K-1042', 'K-1042'],
		['1042', '1042'],
		['0012345', '0012345'],
		['1234567890123456', '1234567890123456'],
		[1042, '1042'],
	])('%p is compared as %j, its case kept', (raw, expected) => {
		expect(normaliseContact(raw)).toBe(expected);
		expect(contactKind(raw)).toBe('other');
	});
});

describe('no contact at all', () => {
	test.each([
		undefined,
		null,
		'',
		'   ',
		'\u200b',
		true,
		{},
		{ email: 'anna@example.com' },
		['anna@example.com'],
		Number.NaN,
		1.5,
		2 ** 60,
		'undefined',
		'NULL',
		'[object Object]',
	])('%p', (raw) => {
		expect(normaliseContact(raw)).toBeNull();
		expect(contactKind(raw)).toBeNull();
	});
});

test('a whole text that got here by mistake is no contact', () => {
	expect(normaliseContact('x'.repeat(321))).toBeNull();
	expect(normaliseContact(`${'x'.repeat(10_000)}@example.com`)).toBeNull();
});

test('normalising twice is normalising once, and the kind stays', () => {
	const raw = fc.oneof(
		fc.emailAddress(),
		fc.string({ unit: 'grapheme' }),
		fc.string({ unit: fc.constantFrom('0', '4', '6', '+', ' ', '(', ')', '-', '0', '7') }),
		fc.tuple(fc.string({ unit: 'grapheme' }), fc.constant('@example.com')).map((p) => p.join('')),
	);
	fc.assert(
		fc.property(raw, fc.boolean(), (value, foldPlusAddress) => {
			const once = normaliseContact(value, { foldPlusAddress });
			if (once === null) return;
			expect(normaliseContact(once, { foldPlusAddress })).toBe(once);
			expect(contactKind(once)).toBe(contactKind(value));
		}),
		{ numRuns: 2000 },
	);
});
