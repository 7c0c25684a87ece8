import * as fc from 'fast-check';
import {
	hidesContact,
	keysOf,
	listedKeys,
	mayBeRewritten,
	recipientFor,
	storedKeys,
	withoutTag,
} from '../../../nodes/shared/input/contact';
import type * as contact from '../../../nodes/shared/input/contact';
import { contactText } from '../../../nodes/shared/input/contactText';

const read = (type: string, value: unknown, defaultCountry = '') =>
	recipientFor({ type, defaultCountry }, value);

const refusal = (type: string, value: unknown, country = ''): string => {
	try {
		return `accepted as ${read(type, value, country).contact}`;
	} catch (error) {
		return (error as Error).message;
	}
};

/** An address with this number of characters. */
const addressOf = (length: number, end = '.example') => {
	const domain = `@${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.d${end}`;
	return 'a'.repeat(length - domain.length) + domain;
};

describe('an email address', () => {
	test.each([
		['anna@example.com', 'anna@example.com'],
		['  Anna.Berg+shop@Example.COM \n', 'anna.berg+shop@example.com'],
		["o'neil@example.com", "o'neil@example.com"],
		['\u200banna@exam\u00adple.com\ufeff', 'anna@example.com'],
		['\u2067greta\u2069@example.org', 'greta@example.org'],
		['mailto:Olof@example.com', 'olof@example.com'],
		['Olof Ek <olof.ek@example.com>', 'olof.ek@example.com'],
		['olof.ek@example.com <olof.ek@example.com>', 'olof.ek@example.com'],
		['"Ek, Olof" <olof.ek@example.com>;', 'olof.ek@example.com'],
		["''olof@example.com", 'olof@example.com'],
		['olof@example.com.', 'olof@example.com'],
		['olof@example.com; ', 'olof@example.com'],
		['post@b\u00e4cker.example', 'post@xn--bcker-gra.example'],
		['post@ba\u0308cker.example', 'post@xn--bcker-gra.example'],
		['post@XN--BCKER-GRA.example', 'post@xn--bcker-gra.example'],
		[`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
		[addressOf(254), addressOf(254)],
	])('%j is %j, whether its type is known or not', (given, address) => {
		for (const type of ['EMAIL', 'email', 'TWOWAY', 'auto', 'A_NEW_TYPE'])
			expect(read(type, given)).toEqual({ contact: address, key: address });
		expect(read('LOGIN', given).key).toBe(address);
	});

	test.each([
		['anna.at.example.com', 'it has no @'],
		[46735123456, 'it has no @'],
		['anna@example.com, bo@example.com', 'several addresses'],
		['Anna <anna@example.com>, Bo <bo@example.com>', 'several addresses'],
		['bo@example.com <anna@example.com>', 'more than one @'],
		['anna @example.com', 'it contains a space'],
		['@example.com', 'before the @'],
		['.anna@example.com', 'before the @'],
		[`${'a'.repeat(65)}@example.com`, 'before the @'],
		['anna@', 'no dot'],
		['a@b', 'no dot'],
		['a@b@c', 'more than one @'],
		['bj\u00f6rk@example.com', "doesn't accept letters such as"],
		['\u0430nna@example.com', "doesn't accept letters such as"],
		['anna\uff20example.com', 'it has no @'],
		['mailto:anna', 'it has no @'],
		['anna@-example.com', "isn't a domain name"],
		['anna@example..com', "isn't a domain name"],
		['anna@192.168.1.1', "isn't a domain name"],
		['anna@exa%C3%A4mple.com', "isn't a domain name"],
		[`${'x'.repeat(600)}@example.com`, 'at most 254'],
		[addressOf(255), 'it has 255 characters, but at most 254'],
		[addressOf(253, '\u00fc.example'), 'it has 260 characters, but at most 254'],
		['anna@b\u00e4/cker.example', "isn't a domain name"],
		['null', 'The contact isn\'t filled in: it says "null"'],
		[null, 'The contact is empty'],
		[undefined, 'The contact is empty'],
		["'", 'The contact is empty'],
		['\u0007', 'The contact contains invalid characters'],
		['x'.repeat(1000), 'it has 1000 characters, but at most 254'],
		['x'.repeat(1001), 'The contact has 1001 characters, but at most 254'],
	])('%j is rejected: %s', (given, why) => {
		expect(refusal('EMAIL', given)).toContain(why);
		expect(refusal('EMAIL', given).length).toBeLessThan(200);
	});

	test.each([
		['anna+shop@example.com', 'anna@example.com'],
		['a+shop+2@example.com', 'a@example.com'],
		['a+.b@example.com', 'a@example.com'],
		['+shop@example.com', '+shop@example.com'],
		['a.+shop@example.com', 'a.+shop@example.com'],
	])('without its plus tag, %s is %s', (given, address) => {
		expect(withoutTag(given)).toBe(address);
	});
});

describe('a phone number', () => {
	test.each([
		['46735123456', '46735123456'],
		['+46 73-512 34 56', '46735123456'],
		['0046735123456', '46735123456'],
		['00 46 73 512 34 56', '46735123456'],
		['(+46) 73 512 34 56', '46735123456'],
		['(0046) 73 512 34 56', '46735123456'],
		['0046 (0)73 512 34 56', '46735123456'],
		['46 (0)73 512 34 56', '46735123456'],
		['+41 ( 0 ) 79 123 45 67', '41791234567'],
		['\u202a+46735123456\u202c', '46735123456'],
		["'+46735123456", '46735123456'],
		['tel:+46735123456', '46735123456'],
		['+49 (30) 1234.567', '49301234567'],
		['+43 664/1234567', '436641234567'],
		['+46 3170/12345', '46317012345'],
		['+46\u00a073\u2013512\u00a034\u00a056', '46735123456'],
		['\uff14\uff16\uff17\uff13\uff15\uff11\uff12\uff13\uff14\uff15\uff16', '46735123456'],
		['46735123456.0', '46735123456'],
		['+39 06 1234 5678', '390612345678'],
		['39 06 1234 5678', '390612345678'],
		[46735123456, '46735123456'],
		[46735123456n, '46735123456'],
		['436641234567890', '436641234567890'],
		['1 (415) 555-2671', '14155552671'],
		// Short numbers, and plans with a zero after the country code.
		['+298 212345', '298212345'],
		['00298212345', '298212345'],
		['298 212345', '298212345'],
		['00299551234', '299551234'],
		['+376 312345', '376312345'],
		['+290 22158', '29022158'],
		['+225 07 12 34 56 78', '2250712345678'],
	])('%p is %j, whether its type is known or not', (given, digits) => {
		for (const type of ['SMS', 'phone', 'TWOWAY', 'auto'])
			expect(read(type, given)).toMatchObject({ contact: digits, key: digits });
	});

	test.each([
		// A spreadsheet dropped the leading zero, and the rest begins like another country's numbers.
		['735123456', 'has no country code'],
		['1701234567', 'has no country code'],
		['7911123456', 'has no country code'],
		['6641234567', 'has no country code'],
		['3331234567', 'has no country code'],
		['(415) 555-2671', 'has no country code'],
		['(46) 73 512 34 56', 'has no country code'],
		['073-512 34 56', 'has no country code'],
		['0735123456', 'has no country code'],
		['123456789012345', 'has no country code'],
		['+0 735 123456', "doesn't start with a country code"],
		['+999 1234567', "doesn't start with a country code"],
		['000046735123456', "doesn't start with a country code"],
		['+46 73 512 3', 'have 7 or 8 or 9 digits after it, not 6'],
		['+1 415 555 267', 'have 10 digits after it, not 9'],
		['+43 (0664) 1234567', 'zero in parentheses'],
		['+43 0664 1234567', 'leave out the zero after the country code'],
		['0043 0664 1234567', 'leave out the zero after the country code'],
		['43 0664 1234567', 'leave out the zero after the country code'],
		['436641234567.5', 'it has decimals'],
		[436641234567.5, "isn't a whole number"],
		['+43 664 1234567 / +43 664 7654321', 'seems to contain several'],
		['436641234567, 436647654321', 'seems to contain several'],
		['+43 664 1234567/8', 'seems to contain several'],
		['+46 31701/2345', 'seems to contain several'],
		['+46/31/7012345', 'seems to contain several'],
		['2027-03-14', 'a date'],
		['14.03.2027', 'a date'],
		['3/14/2027 10:00', 'a date'],
		['4.36641E+11', 'digits were lost'],
		['46735E6', 'digits were lost'],
		['mobile: +43 664 1234567', "isn't a valid phone number"],
		['+43 664 1234567 (private)', "isn't a valid phone number"],
		['+12 345 678 901 234 567', 'more than 15 digits'],
		['+46 73 512 345 678 901', 'more than 15 digits'],
		['+46 73 512 345 678 90', 'have 7 or 8 or 9 digits after it, not 13'],
		['+290 123', 'have 4 or 5 digits after it, not 3'],
		['12345', 'has no country code'],
		['anna@example.com', "isn't a valid phone number"],
	])('%p is rejected: %s', (given, why) => {
		expect(refusal('SMS', given)).toContain(why);
	});

	test.each([
		['SE', '0735123456', '46735123456'],
		['SE', '(073) 512 34 56', '46735123456'],
		['SE', '(0)73 512 34 56', '46735123456'],
		['SE', '735123456', '46735123456'],
		['SE', '46735123456', '46735123456'],
		['SE', '4915123456789', '4915123456789'],
		['DE', '1701234567', '491701234567'],
		['DE', '030 1234567', '49301234567'],
		['AT', '6641234567', '436641234567'],
		['GB', '7911123456', '447911123456'],
		['US', '(415) 555-2671', '14155552671'],
		['IT', '06 1234 5678', '390612345678'],
		['IT', '3331234567', '393331234567'],
		['HU', '06 20 123 4567', '36201234567'],
		['RU', '8 912 345-67-89', '79123456789'],
		['DK', '20 12 34 56', '4520123456'],
	])('in %s, %j is %j', (country, given, digits) => {
		expect(read('SMS', given, country).key).toBe(digits);
		expect(read('auto', given, country).key).toBe(digits);
	});

	test.each([
		// Both a German mobile number without its zero and a number in Texas.
		['DE', '15123456789', 'it could be a number in DE or one with the country code 1'],
		['RU', '84951234567', 'it could be a number in RU or one with the country code 84'],
		['SE', '(46) 73 512 34 56', 'it is neither a number in SE nor one with a country code'],
		['SE', '07351234567890', 'neither a number in SE'],
		['XX', '+46735123456', "'Default Country' in the Netigate credential isn't a country"],
	])('in %s, %j is rejected: %s', (country, given, why) => {
		expect(refusal('SMS', given, country)).toContain(why);
	});

	test('the error for a national number names the setting that allows it', () => {
		expect(() => read('SMS', '0735123456')).toThrow(
			expect.objectContaining({ advice: expect.stringContaining("'Default Country'") }),
		);
	});
});

describe('a login name', () => {
	test.each([
		['  Anna.Berg ', 'Anna.Berg'],
		['K-1042', 'K-1042'],
		[1042, '1042'],
		['0012345', '0012345'],
		['100012345', '100012345'],
		['0123456789', '0123456789'],
		['200012241234', '200012241234'],
		['20001224-1234', '20001224-1234'],
		['1234567890123456', '1234567890123456'],
		['Nil', 'Nil'],
		['null', 'null'],
		['Leer', 'Leer'],
		['Na', 'Na'],
		['C##ADMIN', 'C##ADMIN'],
		['bj\u00f6rk@intranet', 'bj\u00f6rk@intranet'],
		['2027-03-14', '2027-03-14'],
		['Berg, Anna', 'Berg, Anna'],
	])(
		'%p is sent as %j and compared ignoring case, whether its type is known or not',
		(given, sent) => {
			for (const type of ['LOGIN', 'login', 'auto'])
				expect(read(type, given)).toEqual({ contact: sent, key: sent.toLowerCase() });
		},
	);

	test.each([
		['234-512-345', '234512345'],
		['46-735123456', '46735123456'],
		['0046735123456', '46735123456'],
		['0012345678', '12345678'],
	])('%j and %j are two people', (one, other) => {
		expect(read('LOGIN', one).key).not.toBe(read('LOGIN', other).key);
	});

	test.each(['anna@example.com, bo@example.com', '436641234567; 436647654321', 'x'.repeat(255)])(
		"%j isn't a login name",
		(given) => {
			expect(refusal('LOGIN', given)).toMatch(/several contacts|at most 254/);
			expect(refusal('auto', given)).toMatch(/several contacts|at most 254/);
		},
	);
});

test('an undocumented type sends anything except an address as it is', () => {
	expect(read('A_NEW_TYPE', '+46 73 512 34 56')).toMatchObject({
		contact: '+46 73 512 34 56',
		key: '46735123456',
	});
});

test.each([
	...[undefined, null, '', '   ', '\u200b', '\u3164', true, {}, ['anna@example.com'], new Date()],
	...[
		Number.NaN,
		1.5,
		2 ** 60,
		'undefined',
		'[object Object]',
		'N/A',
		'#n/a',
		'#NV',
		'-',
		' \u2014 ',
	],
	...['None', '?', 'k.A.', '4.36641E+11', 'x'.repeat(90_000)],
])("%p isn't a contact of any type", (given) => {
	for (const type of ['EMAIL', 'SMS', 'LOGIN', 'TWOWAY', 'auto', 'A_NEW_TYPE'])
		expect(refusal(type, given)).toMatch(/^The contact /);
	expect(() => contactText(given)).toThrow();
});

/** Contacts as people, spreadsheets and Netigate write them, many of them the same. */
const spelling = fc.oneof(
	fc.emailAddress(),
	fc.constantFrom('anna@example.com', 'ANNA@example.com', 'Anna <anna@example.com>'),
	fc.constantFrom('anna.berg', 'Anna.Berg', 'nil', '234-512-345', '234512345'),
	fc
		.tuple(
			fc.constantFrom('+', '00', '', '0', '('),
			fc.constantFrom('46735123456', '298212345', '735123456', '15123456789', '390612345678'),
			fc.constantFrom('', ' ', '-', ') '),
			fc.nat(5),
		)
		.map(([start, digits, mark, at]) => start + digits.slice(0, at) + mark + digits.slice(at)),
	fc.string({ unit: 'grapheme' }),
	fc.string({ unit: fc.constantFrom('0', '4', '6', '+', ' ', '(', ')', '-', '0', '7', '/', '.') }),
);

const country = fc.constantFrom('', 'SE', 'DE', 'US');
const type = fc.constantFrom('EMAIL', 'SMS', 'LOGIN', 'TWOWAY', 'auto', 'A_NEW_TYPE');

const keyOrNone = (of: string, value: string, defaultCountry: string) => {
	try {
		return read(of, value, defaultCountry).key;
	} catch {
		return undefined;
	}
};

describe('property', () => {
	const runs = { numRuns: 5000 };

	test('an accepted contact has the same key when it is listed, as given or as sent', () => {
		fc.assert(
			fc.property(type, spelling, country, (of, value, defaultCountry) => {
				const reading = { type: of, defaultCountry };
				const key = keyOrNone(of, value, defaultCountry);
				if (key === undefined) return;
				const { contact } = recipientFor(reading, value);
				for (const listed of [value, contact]) expect(listedKeys(reading, listed)).toContain(key);
			}),
			runs,
		);
	});

	test('Automatic treats two contacts as one person if and only if their own type does', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('EMAIL', 'SMS', 'TWOWAY', 'A_NEW_TYPE'),
				spelling,
				spelling,
				country,
				(of, one, other, home) => {
					const keys = [one, other].map((value) => keyOrNone(of, value, home));
					if (keys.includes(undefined)) return;
					const [a, b] = [one, other].map((value) => keyOrNone('auto', value, home));
					expect(a === b).toBe(keys[0] === keys[1]);
				},
			),
			runs,
		);
	});

	test('Automatic accepts everything that Add accepts for some type', () => {
		fc.assert(
			fc.property(type, spelling, country, (of, value, home) => {
				if (keyOrNone(of, value, home) !== undefined)
					expect(keyOrNone('auto', value, home)).toBeDefined();
			}),
			runs,
		);
	});
});

test.each([
	['EMAIL', 'try..this@docomo.example', false],
	['EMAIL', 'a***@example.com', true],
	['EMAIL', 'a*@example.com', true],
	['EMAIL', 'anonymous', true],
	['EMAIL', 'Anna Berg', true],
	['EMAIL', 'anna\uff20example.com', false],
	['EMAIL', 'mailto:anna', false],
	['LOGIN', 'a', false],
	['SMS', 'a1', true],
	['SMS', 'anna@example.com', true],
	['TWOWAY', 'Anna Berg', true],
	['TWOWAY', 'anna@example.com', false],
	['LOGIN', 'C##ADMIN', false],
	['LOGIN', 'nil', false],
	['LOGIN', 'a*b', false],
	['LOGIN', '***456', true],
	['SMS', '12345', false],
	['SMS', '0735123456', false],
	['SMS', '***456', true],
	['SMS', 'removed', true],
	['TWOWAY', '46735123456', false],
	['LOGIN', '', true],
	['LOGIN', null, true],
	['LOGIN', '\u2022\u2022\u2022', true],
])('whether a sendout of type %s hides %j: %s', (of, listed, hidden) => {
	expect(hidesContact({ type: of }, listed)).toBe(hidden);
});

test.each([
	['SMS', '12345', []],
	['SMS', '123456', ['\n123456']],
	['SMS', '0073512', []],
	['SMS', '123456789012345', ['\n123456789012345']],
	['SMS', '1234567890123456', []],
	['SMS', '+999 1234567', []],
	['SMS', '14.03.2027', []],
	['SMS', '46735123456', []],
	['SMS', '06 20 123 4567', ['\n6201234567', '36201234567']],
	['LOGIN', '123456', []],
	['EMAIL', 'anna berg <anna@example.com>', ['anna@example.com']],
])('the keys of a contact of type %s that is listed as %j: %j', (of, listed, others) => {
	expect(listedKeys({ type: of }, listed)).toEqual([listed, ...others]);
});

test.each([
	[null, ''],
	[1.5, '1.5'],
	['x'.repeat(1001), 'x'.repeat(1000)],
])("%j is listed under its text alone, because it isn't a contact", (listed, key) => {
	expect(listedKeys({ type: 'EMAIL' }, listed)).toEqual([key]);
});

test('a prefix such as 06 in Hungary is recognized in the first number that is read', () => {
	jest.isolateModules(() => {
		const fresh = jest.requireActual<typeof contact>('../../../nodes/shared/input/contact');
		expect(fresh.listedKeys({ type: 'SMS' }, '06201234567')).toContain('36201234567');
	});
});

test.each([
	['EMAIL', 'Anna+Shop@Example.com', ['anna+shop@example.com', 'anna@example.com']],
	[
		'SMS',
		'+46 73 512 34 56',
		['46735123456', '+46735123456', '0046735123456', '0735123456', '735123456', '+46 73 512 34 56'],
	],
	['LOGIN', 'Anna', ['anna']],
])('a contact of type %s, %j, may be stored as %j', (of, given, keys) => {
	expect(storedKeys({ type: of }, given)).toEqual(keys);
});

test('a phone number may be listed without its country code', () => {
	expect(keysOf({ contact: 'Anna', key: 'anna' })).toEqual(['anna']);
	expect(keysOf(read('SMS', '+46 73 512 34 56'))).toEqual(['46735123456', '\n735123456']);
});

test.each([
	['Anna Berg', true],
	['bo@example.com', false],
	['bo@b\u00e4cker.example', true],
	['bo@xn--bcker-gra.example', true],
])('Netigate may have rewritten %j: %j', (listed, rewritten) => {
	expect(mayBeRewritten(listed)).toBe(rewritten);
});
