import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';
import { printable } from '../basics/plainText';

/** Longer than any message from this package. A response can contain a message of any length. */
const MAX_LENGTH = 10_000;

const shortened = (text: string): string =>
	text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;

/**
 * The text of an error, or of a notice or description of a list. n8n's editor shows it as text in one place and as HTML
 * in another. Therefore this replaces angle brackets with similar characters. A bracket after a space, as in
 * "Options > Ledger", stays.
 */
export const errorText = (text: string): string =>
	printable(shortened(text))
		.replaceAll('<', '‹')
		.replace(/(?<=\S)>/g, '›');

/** Addresses, phone numbers and personal links. The error of a user's workflow or database can contain them. */
const PERSONAL = /[^\s"'<>(),;]+@[^\s"'<>(),;]+|\+\d{7,15}\b|https?:\/\/\S+\?\S+/g;

/** A text without contacts, for hints and logs, which n8n's redaction doesn't hide. */
export const withoutContacts = (text: string): string =>
	printable(shortened(text)).replace(PERSONAL, '…');

/** Adds a hint. n8n's editor shows hints as HTML, so a name such as "<img src=…>" would load the image. */
export function addHint(
	context: Pick<IExecuteFunctions, 'addExecutionHints'>,
	message: string,
	type?: NodeExecutionHint['type'],
): void {
	const html = withoutContacts(message).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	context.addExecutionHints({ message: html, ...(type ? { type } : {}), location: 'outputPane' });
}
