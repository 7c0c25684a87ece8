import { describeValue, type Reading } from './text';

const PHONE_RULE =
	'A phone number starts with its country code and has at most 15 digits, e.g. 46735123456. Spaces, a plus sign and a leading 00 are allowed.';

const FEWEST_DIGITS = 9;
const MOST_DIGITS = 15;

/** The lengths of the shortest and longest national phone numbers, including the leading zero. */
const NATIONAL_DIGITS = [10, 12];

const SEPARATORS = '\\s().\\-/\\u2010-\\u2015\\u2212';
const WRITTEN_AS_PHONE = new RegExp(`^\\(?\\+?[\\d${SEPARATORS}]+$`);

/** Matches country codes with one or two digits. All others have three digits (ITU E.164). */
const COUNTRY_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** Countries whose numbers keep the zero after the country code. */
const KEEPS_ZERO = /^(?:39|225|229|241|242|378|379)/;

const DATE =
	/^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[./]\d{1,2}[./]\d{2})(?:$|[\sT])/;
const SCIENTIFIC = /^\+?\d+(?:[.,]\d+)?e\+?\d+$/i;
const DECIMALS = /^\+?(\d{7,})[.,](\d{1,2})$/;

/** Converts full-width digits and signs to plain ones, and removes the `.0` that a decimal column may add. */
function plainDigits(text: string): string {
	const plain = text.normalize('NFKC').replace(/^tel:\s*/i, '');
	const [, digits, tail] = DECIMALS.exec(plain) ?? [];
	return digits !== undefined && /^0+$/.test(tail) ? plain.replace(/[.,]0+$/, '') : plain;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** Whether the digits after 00 could be an international number rather than a login name such as 0012345678. */
function isInternational(digits: string): boolean {
	if (digits.startsWith('1') || digits.startsWith('7')) return digits.length === 11;
	return digits.length >= 10 && digits.length <= MOST_DIGITS && !hasZeroAfterCode(digits);
}

function hasZeroAfterCode(digits: string): boolean {
	const [code] = COUNTRY_CODE.exec(digits) ?? [''];
	return digits[code.length] === '0' && !KEEPS_ZERO.test(digits);
}

/** Whether text of unknown type looks like a phone number rather than a login name such as 0012345678. */
export function looksLikePhone(text: string): boolean {
	const plain = plainDigits(text);
	if (DATE.test(plain) || SCIENTIFIC.test(plain) || DECIMALS.test(plain)) return true;
	if (/^\d+$/.test(plain)) {
		if (plain.startsWith('00')) return isInternational(plain.slice(2));
		const [fewest, most] = plain.startsWith('0') ? NATIONAL_DIGITS : [FEWEST_DIGITS, MOST_DIGITS];
		return plain.length >= fewest && plain.length <= most;
	}
	if (/^\(?\+[\d\s(]/.test(plain)) return true;
	// Two numbers, or one number with words around it.
	if (/\+\s*(?:\d[\s().\-/]*){7}/.test(plain)) return true;
	if (/^(?:\+?\d[\d\s().\-/]{6,}[,;]\s*)+\+?\d[\d\s().\-/]{6,}$/.test(plain)) return true;
	return WRITTEN_AS_PHONE.test(plain) && digitsOf(plain).length >= FEWEST_DIGITS;
}

/**
 * Reads a phone number for SMS, with its country code and at most 15 digits (contract: "Value rules"). Removes
 * separators, a plus sign, a leading 00 and `(0)`. Rejects any other zero after the country code.
 */
export function readPhone(text: string): Reading {
	const plain = plainDigits(text);
	const refused = (why: string, problem = `isn't a valid phone number${why}`) => ({
		problem: `${describeValue(text)} ${problem}`,
		advice: PHONE_RULE,
	});
	if (DATE.test(plain)) return refused(': it is a date');
	if (SCIENTIFIC.test(plain)) return refused(': a spreadsheet rounded it, so digits were lost');
	if (DECIMALS.test(plain)) return refused(': it has decimals');
	if (/[^\d][\s]*\+|\d\s*[,;]\s*[+\d]/.test(plain.replace(/^\(\s*\+/, '+')))
		return refused(': it seems to contain several numbers');
	if (!WRITTEN_AS_PHONE.test(plain)) return refused('');
	const slashes = plain.split('/');
	if (slashes.length > 2 || (slashes.length === 2 && digitsOf(slashes[1]).length < 5))
		return refused(': it seems to contain several numbers');

	const international = plain.includes('+') || /^\D*0\D*0/.test(plain);
	let digits = digitsOf(plain);
	if (international) {
		const [, ...brackets] = plain.split('(');
		if (brackets.some((inside) => /^\s*0\s*\d/.test(inside)) && !/^\s*\(\s*00/.test(plain))
			return refused(': leave out the zero in parentheses after the country code');
		digits = digitsOf(plain.replace(/\(\s*0\s*\)/, '')).replace(/^00?/, '');
	}
	if (digits.length < FEWEST_DIGITS) return refused(': it is too short');
	if (digits.length > MOST_DIGITS) return refused(`: it has more than ${MOST_DIGITS} digits`);
	if (digits.startsWith('0')) return refused('', 'has no country code');
	if (hasZeroAfterCode(digits)) return refused(': leave out the zero after the country code');
	return { contact: digits, kind: 'phone' };
}

/** The digits of a number without a country code, as dialed within its country. */
export function nationalDigits(text: string): string | undefined {
	const plain = plainDigits(text);
	const digits = digitsOf(plain);
	const isNational = !plain.includes('+') && /^0[1-9]\d{7,10}$/.test(digits);
	return WRITTEN_AS_PHONE.test(plain) && isNational ? digits : undefined;
}

/** Converts digits from `readPhone` to the form dialed within the country. */
export const dialledWithin = (digits: string) => digits.replace(COUNTRY_CODE, '0');
