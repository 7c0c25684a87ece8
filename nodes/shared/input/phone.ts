import { dialedWithOtherTrunk, fits, nationalNumber, planFor, planIn } from './numberingPlan';
import { SettingError } from '../netigate/errors';
import { normalized } from '../basics/plainText';
import { describeValue, type Problem } from './text';

interface PhoneNumber {
	/** Starts with the country code, without a plus sign. */
	digits: string;
}

const PHONE_RULE = 'Write a phone number with + and its country code, e.g. +46 73 512 34 56.';

const MAX_DIGITS = 15;

/** A shorter number is probably a customer number or a service number. */
const MIN_NATIONAL_DIGITS = 6;

const SEPARATORS = '\\s().\\-/\\u2010-\\u2015\\u2212';
const WRITTEN_AS_PHONE = new RegExp(`^\\(?\\+?[\\d${SEPARATORS}]+$`);

const DATE =
	/^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[./]\d{1,2}[./]\d{2})(?:$|[\sT])/;
const SCIENTIFIC = /^\+?\d+(?:[.,]\d+)?e\+?\d+$/i;
const DECIMALS = /^\+?\d{7,}[.,]\d{1,2}$/;

/** Converts full-width characters and removes the `.0` that a decimal column adds to numbers. */
function plainDigits(text: string): string {
	const plain = normalized(text, 'NFKC')
		.replace(/\s+/g, ' ')
		.replace(/^tel: ?/i, '');
	return DECIMALS.test(plain) ? plain.replace(/[.,]0+$/, '') : plain;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** The reason why the text can't be a phone number, no matter which digits it contains. */
function notWritten(plain: string): string | undefined {
	if (DATE.test(plain)) return 'it is a date';
	if (SCIENTIFIC.test(plain)) return 'a spreadsheet rounded it, so digits were lost';
	if (DECIMALS.test(plain)) return 'it has decimals';
	if (/[^\d][\s]*\+|\d\s*[,;]\s*[+\d]/.test(plain.replace(/^\(\s*\+/, '+')))
		return 'it seems to contain several numbers';
	if (!WRITTEN_AS_PHONE.test(plain)) return '';
	const slashes = plain.split('/');
	if (slashes.length > 2 || (slashes.length === 2 && digitsOf(slashes[1]).length < 5))
		return 'it seems to contain several numbers';
	return undefined;
}

/** @throws InputError if the credential's country isn't valid */
function defaultPlan(country: string) {
	const plan = country === '' ? undefined : planIn(country);
	if (plan || country === '') return plan;
	throw new SettingError(
		`'Default Country' in the Netigate credential isn't a country: ${describeValue(country)}`,
		'Use two letters (ISO 3166), e.g. SE for Sweden or GB for the United Kingdom.',
	);
}

/** Reads the digits after + or 00. Prefixes aren't checked, because countries add new ones. */
function international(digits: string): PhoneNumber | string {
	if (digits.length > MAX_DIGITS) return `it has more than ${MAX_DIGITS} digits`;
	const plan = digits.startsWith('0') ? undefined : planFor(digits);
	if (!plan) return "it doesn't start with a country code";
	const rest = digits.slice(plan.code.length);
	if (rest.startsWith('0') && !fits(plan, rest)) return 'leave out the zero after the country code';
	if (plan.lengths.has(rest.length)) return { digits };
	const lengths = [...plan.lengths].sort((a, b) => a - b);
	return `numbers with the country code ${plan.code} have ${lengths.join(' or ')} digits after it, not ${rest.length}`;
}

/**
 * Reads a number without + or 00. It may start with a country code if the following digits and the length fit that
 * country's plan. If there is a default country, it may also be a national number, even one whose leading zero was
 * dropped by a spreadsheet.
 */
function bare(digits: string, canHaveCode: boolean, country: string): PhoneNumber | string {
	const own = defaultPlan(country);
	const national = own && nationalNumber(own, digits);
	const asNational = own && national !== undefined ? { digits: own.code + national } : undefined;
	const plan = canHaveCode && digits.length <= MAX_DIGITS ? planFor(digits) : undefined;
	const asCoded = plan && fits(plan, digits.slice(plan.code.length)) ? { digits } : undefined;
	if (asCoded && asNational && asCoded.digits !== asNational.digits) {
		const likely = national !== digits || own!.mobileStarts.has(digits.slice(0, 2));
		if (likely)
			return `it could be a number in ${country} or one with the country code ${plan!.code}`;
	}
	const found = asCoded ?? asNational;
	if (found) return found;
	if (canHaveCode && plan && digits.slice(plan.code.length).startsWith('0'))
		return 'leave out the zero after the country code';
	return digits.length > MAX_DIGITS ? `it has more than ${MAX_DIGITS} digits` : '';
}

/**
 * Converts a phone number to the form that Netigate accepts: at most 15 digits, starting with the country code
 * (contract: "Value rules"). The length must fit the country's numbering plan.
 * @param country the two-letter country for numbers that don't have a country code; can be empty
 */
export function readPhone(text: string, country: string): PhoneNumber | Problem {
	// Checked for every number, so that nothing is sent before an invalid country is found.
	defaultPlan(country);
	const plain = plainDigits(text);
	const refused = (why: string, advice = PHONE_RULE) => ({
		problem: `${describeValue(text)} isn't a valid phone number${why && `: ${why}`}`,
		advice,
	});
	const why = notWritten(plain);
	if (why !== undefined) return refused(why);
	const hasPlus = plain.includes('+');
	if (!hasPlus && !/^[^\d]*00/.test(plain)) {
		// Removes the (0) in a number such as "46 (0)73", where it follows the country code.
		const digits = digitsOf(plain.replace(/(?<=\d\s*)\(\s*0\s*\)/, ''));
		const canHaveCode = !plain.startsWith('(') && !digits.startsWith('0');
		const read = bare(digits, canHaveCode, country);
		if (typeof read !== 'string') return read;
		if (read !== '') return refused(read);
		return country === ''
			? {
					problem: `${describeValue(text)} has no country code`,
					advice: `${PHONE_RULE} To use national numbers, set 'Default Country' in the Netigate credential.`,
				}
			: refused(`it is neither a number in ${country} nor one with a country code`);
	}
	const [, ...brackets] = plain.split('(');
	if (brackets.some((inside) => /^\s*0\s*[1-9]/.test(inside)))
		return refused('leave out the zero in parentheses after the country code');
	const digits = digitsOf(plain.replace(/\(\s*0\s*\)/, '')).replace(/^00/, '');
	const read = international(digits);
	return typeof read === 'string' ? refused(read) : read;
}

/** The digits after the country code. @param digits a number from `readPhone` */
export const afterCode = (digits: string) =>
	digits.slice(planFor(digits)!.code.length).replace(/^0+/, '');

/** The digits of a number that doesn't start with +; empty if the text isn't such a number. */
function digitsWithoutPlus(text: string): string {
	const plain = plainDigits(text);
	return plain.includes('+') || notWritten(plain) !== undefined ? '' : digitsOf(plain);
}

/** For a number without a country code, the digits that `afterCode` returns for the full number. */
export function withoutCode(text: string): string | undefined {
	const digits = digitsWithoutPlus(text).replace(/^0+/, '');
	return digits.length >= MIN_NATIONAL_DIGITS && digits.length <= MAX_DIGITS ? digits : undefined;
}

/** The possible full numbers for a number that has no country code and starts with a trunk prefix other than 0. */
export const withOtherTrunk = (text: string): string[] =>
	dialedWithOtherTrunk(digitsWithoutPlus(text));
