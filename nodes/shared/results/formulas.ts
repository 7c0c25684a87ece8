/** Matches leading characters that a spreadsheet program may skip before it reads a formula. */
const SKIPPED = /^[\s\p{C}]+/u;

/** Matches numbers and dates such as `-1.5.2026`, which aren't formulas. */
const NUMBER = /^[+-]?\d[\d.,'\s]*(?:e[+-]?\d+)?\s?%?$/i;

/** Whether a spreadsheet may evaluate this text instead of showing it. */
export function isFormula(text: string): boolean {
	if (NUMBER.test(text)) return false;
	// Normalization converts full-width signs to plain ones.
	const [first = ''] = text.replace(SKIPPED, '');
	return /^[\t\r\n]/.test(text) || /^[=+\-@]/.test(first.normalize('NFKC'));
}

/** Adds an apostrophe to a formula, so that spreadsheets treat it as text. */
export const withoutFormula = (text: string): string => (isFormula(text) ? `'${text}` : text);
