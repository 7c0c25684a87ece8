import { recipientFor, type ContactReading, type Recipient } from '../input/contact';
import type { ParameterReader } from './parameters';

const MAX_SHOWN_LENGTH = 254;

/** The contact as entered, to show in the output even if it isn't valid. Empty if there is no text. */
export function contactOf(parameters: ParameterReader): string {
	try {
		const contact = parameters.raw('contact');
		const isText = ['string', 'number', 'bigint', 'boolean'].includes(typeof contact);
		return isText ? String(contact).trim().slice(0, MAX_SHOWN_LENGTH) : '';
	} catch {
		// The expression itself failed.
		return '';
	}
}

/** How to read contacts, based on the field `contactType` and the credential. */
export const contactReadingOf = (parameters: ParameterReader): ContactReading => ({
	type: parameters.choice('contactType'),
	defaultCountry: parameters.defaultCountry,
});

/** The recipient in the field `contact`. @throws InputError if the contact isn't valid */
export const recipientOf = (parameters: ParameterReader): Recipient =>
	recipientFor(contactReadingOf(parameters), parameters.raw('contact'));
