import { invalid } from './refusal';
import type { DispatchType } from './types';

// Plain ASCII with a dot in the domain: the help pages rule out spaces and å ä ö.
const email =
	/^(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{2,}$/;
const smsNumber = /^[1-9][0-9]{4,14}$/;
const smsSender = /^([A-Za-z0-9]{1,11}|\d{1,15})$/;

const kinds: Record<DispatchType, { fits: (contact: string) => boolean; wanted: string }> = {
	EMAIL: { fits: (contact) => email.test(contact), wanted: 'an email address' },
	SMS: {
		fits: (contact) => smsNumber.test(contact),
		wanted: 'a phone number of at most 15 digits, country code first, no plus sign',
	},
	LOGIN: {
		fits: (contact) => contact.trim() !== '' && contact.length <= 255,
		wanted: 'a login name',
	},
	// The contacts that a two-way sendout accepts aren't documented.
	TWOWAY: {
		fits: (contact) => email.test(contact) || smsNumber.test(contact),
		wanted: 'an email address or a phone number',
	},
};

/** @throws Refusal 400 if the contact doesn't fit the sendout's type */
export function checkContact(type: DispatchType, contact: string): void {
	const kind = kinds[type];
	if (!kind.fits(contact)) {
		throw invalid(
			`contactDetails '${contact.slice(0, 80)}' is not ${kind.wanted}, which a sendout of type ${type} needs`,
		);
	}
}

/** @throws Refusal 400 if the sender of an SMS isn't at most 11 plain letters and digits, or at most 15 digits */
export function checkSender(type: DispatchType, sender: string): void {
	if (type === 'SMS' && !smsSender.test(sender)) {
		throw invalid(
			'sender of an SMS has at most 11 characters of a-z A-Z 0-9, or at most 15 digits',
		);
	}
}

/** The form in which contacts are compared with the block list. */
export const comparable = (contact: string) => contact.trim().toLowerCase();

export const includesContact = (contacts: readonly string[], contact: string): boolean =>
	contacts.some((one) => comparable(one) === comparable(contact));
