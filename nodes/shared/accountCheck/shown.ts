import type { Meaning } from './compare';

/** The answer to a question, in our own words and without any of the account's contents. */
export interface Shown {
	/** One of the possible answers, or a number; null where the account has nothing that shows it. */
	answer: string | number | null;
	seen: string;
	/** What this package relies on or copes with. */
	expected: string;
	/** Whether it is as expected; null where it could not be seen. */
	asExpected: boolean | null;
	meaning?: Meaning;
	whatToDo?: string;
}

/** What cannot be seen in this account. */
export const unseen = (expected: string, why: string): Shown => ({
	answer: null,
	seen: why,
	expected,
	asExpected: null,
});

/** An answer with which this package works either way. */
export const either = (answer: string | number, seen: string, expected: string): Shown => ({
	answer,
	seen,
	expected,
	asExpected: true,
});
