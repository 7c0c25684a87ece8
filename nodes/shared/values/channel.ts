import { normaliseContact } from './contact';
import { describeValue } from './dates';
import { InputError } from '../api/errors';
import type { DispatchType } from '../api/types';

/** A contact that a sendout takes: as it is sent, and the key under which two of them are the same person. */
export interface Recipient {
	contact: string;
	key: string;
}

const LONGEST_ADDRESS = 254;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

function emailRecipient(value: string): Recipient {
	const refuse = (why: string, advice = 'Check the e-mail address of this item.') =>
		new InputError(`${describeValue(value)} is no e-mail address: ${why}`, advice);
	const address = value.trim().toLowerCase().normalize('NFC');
	if (address.length > LONGEST_ADDRESS)
		throw refuse(`it has ${address.length} characters, at most ${LONGEST_ADDRESS} are allowed`);
	const parts = address.split('@');
	if (parts.length !== 2) throw refuse(parts.length < 2 ? 'it has no @' : 'it has more than one @');
	if (/\s/.test(address)) throw refuse('it has a space in it');
	if (/[^\x21-\x7e]/.test(address)) {
		throw refuse(
			'Netigate takes no letters such as å, ä, ö or ü in addresses',
			'Use the address in its plain form, a domain such as müller.example as xn--mller-kva.example.',
		);
	}
	const [local, domain] = parts;
	if (!LOCAL_PART.test(local) || local.length > 64)
		throw refuse('the part before the @ is not allowed');
	if (!domain.includes('.')) throw refuse('the part after the @ has no dot, e.g. example.com');
	if (!DOMAIN.test(domain)) throw refuse('the part after the @ is no domain name');
	return { contact: address, key: address };
}

function phoneRecipient(value: string): Recipient {
	const rule =
		'A number for SMS has its country code first and at most 15 digits, e.g. 46735123456 (spaces, + and a leading 00 are taken off for you).';
	const digits = normaliseContact(value);
	if (digits === null || !/^\d{7,15}$/.test(digits))
		throw new InputError(`${describeValue(value)} is no mobile number`, rule);
	if (digits.startsWith('0'))
		throw new InputError(`${describeValue(value)} has no country code`, rule);
	return { contact: digits, key: digits };
}

function loginRecipient(value: string): Recipient {
	const name = value.trim().normalize('NFC');
	if (name.length > LONGEST_ADDRESS)
		throw new InputError(
			`The log-in name has ${name.length} characters, at most ${LONGEST_ADDRESS} are sent`,
			'Check what the expression gives for this item.',
		);
	return { contact: name, key: name };
}

/**
 * The contact as a sendout of this kind takes it (contract: "Value rules", row 16 `contactDetails`).
 *
 * An e-mail sendout takes addresses (trimmed, lower case), an SMS sendout digits with the country code
 * first, a log-in list any name. What TWOWAY takes is not documented: an address or a number passes.
 *
 * @throws InputError saying what is wrong with the contact, and which kind the sendout takes
 */
export function recipientFor(type: DispatchType | string, value: unknown): Recipient {
	if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) {
		throw new InputError(
			'The contact is empty',
			'Check what the "Contact" field gives for this item.',
		);
	}
	if (typeof value === 'object' || typeof value === 'boolean' || typeof value === 'function') {
		throw new InputError(
			`The contact should be a text but is ${describeValue(value)}`,
			'Point "Contact" at the one field that holds the address or number, e.g. {{ $json.customer.email }}.',
		);
	}
	const text = String(value as string | number);
	if (type === 'EMAIL' || (type === 'TWOWAY' && text.includes('@'))) return emailRecipient(text);
	if (type === 'SMS' || type === 'TWOWAY') return phoneRecipient(text);
	return loginRecipient(text);
}
