/** Characters that a program may skip before it reads a formula. */
const SKIPPED = /^[\s\p{C}]+/u;

/** Matches numbers, and dates such as `-1.5.2026`. They contain nothing to calculate. */
const NUMBER = /^[+-]?\d[\d.,'\s]*(?:e[+-]?\d+)?\s?%?$/i;

/** Whether a spreadsheet may calculate this text instead of showing it. */
export function isFormula(text: string): boolean {
	if (NUMBER.test(text)) return false;
	// Normalization turns full-width signs into the usual ones.
	const [first = ''] = text.replace(SKIPPED, '');
	return /^[\t\r\n]/.test(text) || /^[=+\-@]/.test(first.normalize('NFKC'));
}

/** Spreadsheets treat everything after a leading apostrophe as text. */
export const withoutFormula = (text: string): string => (isFormula(text) ? `'${text}` : text);
