/** The attendees of the example event, all invented, and what should happen with each. */

/**
 * @typedef {object} Attendee
 * @property {string} email
 * @property {string} firstName
 * @property {string} lastName
 */

/** @type {Array<{ attendee: Attendee, status: 'invited' | 'skipped' | 'refused', reason: RegExp }>} */
export const attendees = [
	expected('anna.andersson@example.com', 'Anna', 'Andersson', 'invited'),
	expected('björn.öberg@example.com', 'Björn', 'Öberg', 'refused', /letters such as å, ä, ö/),
	expected('jurgen.gross@example.com', 'Jürgen', 'Groß', 'invited'),
	expected('Maria.Muster@Example.com', 'Maria', 'Muster', 'invited'),
	expected('anna.andersson@example.com', 'Anna', 'Andersson', 'skipped', /^duplicateInInput$/),
	expected('blocked@example.com', 'Bo', 'Blom', 'skipped', /^blocked$/),
	expected('carla.at.example.com', 'Carla', 'Clausen', 'refused', /no @/),
	expected('zoe.lefevre@example.com', 'Zoë', 'Lefèvre', 'invited'),
];

/**
 * @param {string} email
 * @param {string} firstName
 * @param {string} lastName
 * @param {'invited' | 'skipped' | 'refused'} status
 * @param {RegExp} [reason]
 */
function expected(email, firstName, lastName, status, reason = /^$/) {
	return { attendee: { email, firstName, lastName }, status, reason };
}
