import { recipientFor, type ContactReading, type Recipient } from '../input/contact';
import type { ParameterReader } from './parameters';

/** How to read contacts, based on the field `contactType` and the credential. */
export const contactReadingOf = (parameters: ParameterReader): ContactReading => ({
	type: parameters.choice('contactType'),
	defaultCountry: parameters.defaultCountry,
});

/** The recipient in the field `contact`. @throws InputError if the contact isn't valid */
export const recipientOf = (parameters: ParameterReader): Recipient =>
	recipientFor(contactReadingOf(parameters), parameters.raw('contact'));
