import type { DispatchType } from '../netigate/types';
import { contactText, emailOf, looksLikeEmail, nameOf, orRefuse, phoneOf } from './contact';

/** A contact that a sendout takes: as it is sent, and the key under which two of them are the same person. */
export interface Recipient {
	contact: string;
	key: string;
}

function readingFor(type: DispatchType | string, text: string) {
	switch (type.toUpperCase()) {
		case 'EMAIL':
			return emailOf(text);
		case 'SMS':
			return phoneOf(text);
		case 'TWOWAY':
			return looksLikeEmail(text) ? emailOf(text) : phoneOf(text);
		case 'LOGIN':
			return nameOf(text);
		default:
			// A kind that is not documented: an address is still one person, whatever its capitals.
			return looksLikeEmail(text) ? emailOf(text) : nameOf(text);
	}
}

/**
 * Whether what Netigate shows as the contact of somebody in a sendout of this kind can be one. An address that it
 * would not take counts too: it is somebody else's all the same.
 */
export function canBeContact(type: DispatchType | string, text: string): boolean {
	if (looksLikeEmail(text)) return type.toUpperCase() !== 'SMS';
	return 'contact' in readingFor(type, text);
}

/**
 * The contact as a sendout of this kind takes it (contract: "Value rules", row 16 `contactDetails`).
 *
 * An e-mail sendout takes addresses, an SMS sendout digits with the country code first, a log-in list any
 * name. What TWOWAY takes is not documented: an address or a number passes. In a kind that is not known an
 * address is read as one, and anything else as a name.
 *
 * @throws InputError saying what is wrong with the contact, and which kind the sendout takes
 */
export function recipientFor(type: DispatchType | string, value: unknown): Recipient {
	const { contact } = orRefuse(readingFor(type, contactText(value)));
	return { contact, key: contact };
}
