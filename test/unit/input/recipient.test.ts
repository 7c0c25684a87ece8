import { readContact, recipientFor } from '../../../nodes/shared/input/contact';

const contactFor = (type: string, value: unknown) => recipientFor(type, value).contact;

describe('a sendout by e-mail', () => {
	test.each([
		['  Anna.Berg+shop@Example.COM\n', 'anna.berg+shop@example.com'],
		["o'neil@example.com", "o'neil@example.com"],
		[`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
	])('takes %j', (given, sent) => {
		expect(contactFor('EMAIL', given)).toBe(sent);
	});

	test.each([
		['.anna@example.com', 'before the @'],
		[`${'a'.repeat(65)}@example.com`, 'before the @'],
		['anna@-example.com', "isn't a domain name"],
		['anna@example..com', "isn't a domain name"],
		[`${'x'.repeat(10_000)}@example.com`, 'at most 254'],
		['46735123456', 'it has no @'],
		[46735123456, 'it has no @'],
	])('refuses %j, saying why', (given, why) => {
		expect(() => contactFor('EMAIL', given)).toThrow(why);
	});

	test('the error shows no more of a long value than is needed to find it', () => {
		try {
			contactFor('EMAIL', 'x'.repeat(10_000));
		} catch (error) {
			expect((error as Error).message.length).toBeLessThan(200);
		}
		expect.assertions(1);
	});
});

describe('a sendout by SMS', () => {
	test.each([
		['0046 (0)73 512 34 56', '46735123456'],
		['123456789012345', '123456789012345'],
	])('takes %j as %j', (given, sent) => {
		expect(contactFor('SMS', given)).toBe(sent);
	});

	test.each([
		['073-512 34 56', 'has no country code'],
		['1234567890123456', "isn't a valid phone number"],
		['12345', "isn't a valid phone number"],
		['anna@example.com', "isn't a valid phone number"],
	])('refuses %j: it %s', (given, why) => {
		expect(() => contactFor('SMS', given)).toThrow(
			expect.objectContaining({
				message: expect.stringContaining(why),
				advice: expect.stringContaining('starts with its country code'),
			}),
		);
	});
});

test('a log-in list takes any name, in the case it is written in', () => {
	expect(contactFor('LOGIN', '  Anna Berg 42 ')).toBe('Anna Berg 42');
	expect(() => contactFor('LOGIN', 'x'.repeat(255))).toThrow('at most 254');
});

test('a two-way sendout takes an address or a number, since nobody knows which', () => {
	expect(contactFor('TWOWAY', 'Anna@example.com')).toBe('anna@example.com');
	expect(contactFor('TWOWAY', '+46735123456')).toBe('46735123456');
	expect(() => contactFor('TWOWAY', 'Anna')).toThrow("isn't a valid phone number");
});

test('in a kind that is not known an address is one person, whatever its capitals', () => {
	expect(contactFor('A_NEW_KIND', ' Anna@Example.com ')).toBe('anna@example.com');
	expect(contactFor('A_NEW_KIND', 'Anna 42')).toBe('Anna 42');
	expect(contactFor('Email', ' Anna@Example.com ')).toBe('anna@example.com');
});

test.each(['EMAIL', 'SMS', 'LOGIN', 'TWOWAY', 'A_NEW_KIND'])(
	'%s: nothing, an object or a list is no contact',
	(type) => {
		for (const empty of [undefined, null, '', '  ']) {
			expect(() => contactFor(type, empty)).toThrow('The contact is empty');
		}
		for (const odd of [{ email: 'anna@example.com' }, ['anna@example.com'], true]) {
			expect(() => contactFor(type, odd)).toThrow('must be text');
		}
	},
);

test.each([
	' Anna@Example.com ',
	'Anna <anna@example.com>',
	'+46 (0)73 512 34 56',
	'0046735123456',
	'post@bäcker.example',
])('%j is the same person in a sendout, a list and the quarantine', (given) => {
	const type = given.includes('@') ? 'EMAIL' : 'SMS';
	expect(readContact(given).contact).toBe(contactFor(type, given));
});

test.each(['erika.müller@example.com', '+46 073 512 34 56', 'N/A', 'a@example.com, b@example.com'])(
	'%j is refused by the list and the quarantine as by a sendout',
	(given) => {
		const type = given.startsWith('+') ? 'SMS' : 'EMAIL';
		expect(() => contactFor(type, given)).toThrow();
		expect(() => readContact(given)).toThrow();
	},
);
