import * as fc from 'fast-check';

import { normaliseContact, readContact } from '../../../nodes/shared/input/contact';

const refusal = (value: unknown): string => {
	try {
		return `taken as ${readContact(value).contact}`;
	} catch (error) {
		return (error as Error).message;
	}
};

describe('an e-mail address', () => {
	test.each([
		['anna@example.com', 'anna@example.com'],
		['  Anna@Example.COM \n', 'anna@example.com'],
		['ASA@EXAMPLE.COM', 'asa@example.com'],
		['\u200banna@exam\u00adple.com\ufeff', 'anna@example.com'],
		['\u2067greta\u2069@example.org', 'greta@example.org'],
		['mailto:Olof@example.com', 'olof@example.com'],
		['Olof Ek <olof.ek@example.com>', 'olof.ek@example.com'],
		['"Ek, Olof" <olof.ek@example.com>;', 'olof.ek@example.com'],
		["'olof@example.com", 'olof@example.com'],
		["''olof@example.com", 'olof@example.com'],
		['olof@example.com.', 'olof@example.com'],
		['olof@example.com; ', 'olof@example.com'],
		['post@b\u00e4cker.example', 'post@xn--bcker-gra.example'],
		['post@ba\u0308cker.example', 'post@xn--bcker-gra.example'],
		['post@XN--BCKER-GRA.example', 'post@xn--bcker-gra.example'],
	])('%j is %j', (raw, expected) => {
		expect(readContact(raw)).toEqual({ contact: expected, kind: 'email' });
		expect(normaliseContact(raw)).toBe(expected);
	});

	test('keeps its plus tag unless it is to be folded', () => {
		expect(normaliseContact('Anna+Shop@example.com')).toBe('anna+shop@example.com');
		expect(normaliseContact('Anna+Shop@example.com', { foldPlusAddress: true })).toBe(
			'anna@example.com',
		);
	});

	test('folding leaves an address without a name before the plus alone', () => {
		expect(normaliseContact('+shop@example.com', { foldPlusAddress: true })).toBe(
			'+shop@example.com',
		);
	});

	test.each([
		['anna@example.com, bo@example.com', 'several addresses'],
		['anna@example.com;bo@example.com', 'several addresses'],
		['Anna <anna@example.com>, Bo <bo@example.com>', 'several addresses'],
		['anna @example.com', 'it contains a space'],
		['@example.com', 'before the @'],
		['anna@', 'no dot'],
		['a@b', 'no dot'],
		['a@b@c', 'more than one @'],
		['bj\u00f6rk@example.com', "doesn't accept letters such as"],
		['\u0430nna@example.com', "doesn't accept letters such as"],
		['anna\uff20example.com', 'it has no @'],
		['mailto:anna', 'it has no @'],
		['anna@192.168.1.1', "isn't a domain name"],
		['anna@exa%C3%A4mple.com', "isn't a domain name"],
	])('%j is refused: %s', (raw, why) => {
		expect(refusal(raw)).toContain(why);
		expect(normaliseContact(raw)).toBeNull();
	});
});

describe('a phone number', () => {
	test.each([
		['46735123456', '46735123456'],
		['+46 73-512 34 56', '46735123456'],
		['0046735123456', '46735123456'],
		['00 46 73 512 34 56', '46735123456'],
		['(+46) 73 512 34 56', '46735123456'],
		['+46 (0)73 512 34 56', '46735123456'],
		['+41 ( 0 ) 79 123 45 67', '41791234567'],
		['\u202a+46735123456\u202c', '46735123456'],
		["'+46735123456", '46735123456'],
		['tel:+46735123456', '46735123456'],
		['+49 (30) 1234.567', '49301234567'],
		['+43 664/1234567', '436641234567'],
		['+46\u00a073\u2013512\u00a034\u00a056', '46735123456'],
		['\uff14\uff16\uff17\uff13\uff15\uff11\uff12\uff13\uff14\uff15\uff16', '46735123456'],
		['46735123456.0', '46735123456'],
		['+39 06 1234 5678', '390612345678'],
		[46735123456, '46735123456'],
		[46735123456n, '46735123456'],
	])('%p is %j', (raw, expected) => {
		expect(readContact(raw)).toEqual({ contact: expected, kind: 'phone' });
	});

	test.each([
		['073-512 34 56', 'has no country code'],
		['0735123456', 'has no country code'],
		['+43 (0664) 1234567', 'zero in parentheses'],
		['+43 0664 1234567', 'leave out the zero after the country code'],
		['0043 0664 1234567', 'leave out the zero after the country code'],
		['436641234567.5', 'it has decimals'],
		[436641234567.5, "isn't a whole number"],
		['+43 664 1234567 / +43 664 7654321', 'seems to contain several numbers'],
		['436641234567, 436647654321', 'seems to contain several'],
		['+43 664 1234567/8', 'seems to contain several'],
		['2027-03-14', 'a date'],
		['14.03.2027', 'a date'],
		['3/14/2027 10:00', 'a date'],
		['4.36641E+11', 'digits were lost'],
		['mobile: +43 664 1234567', "isn't a valid phone number"],
		['+43 664 1234567 (private)', "isn't a valid phone number"],
		['+43 664 1', "isn't a valid phone number"],
		['+12 345 678 901 234 567', 'more than 15 digits'],
	])('%p is refused: %s', (raw, why) => {
		expect(refusal(raw)).toContain(why);
	});
});

describe('anything else is a log-in name', () => {
	test.each([
		['  Anna.Berg ', 'Anna.Berg'],
		['K-1042', 'K-1042'],
		['1042', '1042'],
		['0012345', '0012345'],
		['1234567890123456', '1234567890123456'],
		[1042, '1042'],
	])('%p as %j, its case kept', (raw, expected) => {
		expect(readContact(raw)).toEqual({ contact: expected, kind: 'other' });
	});

	test('names that differ in leading zeros are two people', () => {
		expect(normaliseContact('0012345678')).not.toBe(normaliseContact('12345678'));
		expect(normaliseContact('00987654')).not.toBe(normaliseContact('987654'));
	});
});

describe('no contact at all', () => {
	test.each([
		undefined,
		null,
		'',
		'   ',
		'\u200b',
		'\u3164',
		true,
		{},
		{ email: 'anna@example.com' },
		['anna@example.com'],
		new Date(),
		Number.NaN,
		1.5,
		2 ** 60,
		'undefined',
		'NULL',
		'[object Object]',
		'N/A',
		'#n/a',
		'#NV',
		'-',
		' \u2014 ',
		'None',
		'?',
		'k.A.',
	])('%p', (raw) => {
		expect(refusal(raw)).toMatch(/^The contact /);
		expect(normaliseContact(raw)).toBeNull();
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
		fc.string({
			unit: fc.constantFrom('0', '4', '6', '+', ' ', '(', ')', '-', '0', '7', '/', '.'),
		}),
		fc.tuple(fc.string({ unit: 'grapheme' }), fc.constant('@example.com')).map((p) => p.join('')),
	);
	fc.assert(
		fc.property(raw, fc.boolean(), (value, foldPlusAddress) => {
			const once = normaliseContact(value, { foldPlusAddress });
			if (once === null) return;
			expect(normaliseContact(once, { foldPlusAddress })).toBe(once);
			expect(readContact(once).kind).toBe(readContact(value).kind);
		}),
		{ numRuns: 3000 },
	);
});
