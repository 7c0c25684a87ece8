import { recipientFor } from './channel';
import { contactKind, normaliseContact } from './contact';
import { describeValue } from './dates';
import { InputError } from '../api/errors';

/**
 * The contact of a row in a respondent list (row 32), which may serve sendouts of any kind: an address in
 * lower case, a number with a plus sign as digits, anything else as it is.
 *
 * @throws InputError when it is empty, no text, or no single address
 */
export function listContact(value: unknown): string {
	const { contact } = recipientFor('LOGIN', value);
	const normalised = normaliseContact(contact);
	if (normalised === null) {
		throw new InputError(
			`${describeValue(contact)} is no contact`,
			'Give one e-mail address, one mobile number with its country code, or one log-in name.',
		);
	}
	const kind = contactKind(contact);
	return kind === 'email' || (kind === 'phone' && contact.startsWith('+')) ? normalised : contact;
}
