/** A pattern that a native speaker would write differently, and what to write instead. */
export interface Wording {
	pattern: RegExp;
	better: string;
}

/** The rules and the term table of the project's English, as far as patterns can check them. */
export const wordings: Wording[] = [
	{
		pattern: /Netigate's answer|answer of Netigate|\bNetigate answer(s|ed)\b/i,
		better: 'response',
	},
	{
		pattern: /(^|[.:;!?(] )(Who|Whoever|Whom) (?!gets\b|the message\b|may\b|[^.?!]*\?)/,
		better: 'people who',
	},
	{ pattern: /\b(whoever|whomever)\b/i, better: 'people who, anyone who' },
	{ pattern: /(?<!there )\b(is|was|be) no (?!longer|more|one\b)/i, better: "isn't a" },
	{ pattern: /\bstands? (?!for\b|by\b|out\b)/i, better: 'is, appears' },
	{ pattern: /\b(taken|takes?|took) for\b/i, better: 'treated as' },
	{
		pattern: /\b(so|as) many (days|minutes|hours|contacts|people|percent)\b/i,
		better: 'this number of',
	},
	{
		pattern:
			/\b(once|twice|one|a|request|requests|row|column) an? (run|survey|respondent|item|row|question|contact)\b/i,
		better: 'per',
	},
	{ pattern: /\bby (itself|themselves)\b/i, better: 'automatically, alone' },
	{ pattern: /\ball the same\b/i, better: 'still' },
	{ pattern: /\b(anew|afresh)\b/i, better: 'again' },
	{ pattern: /\b(give|gives|given|gave|giving) back\b/i, better: 'release, return' },
	{ pattern: /\blapse[sd]?\b|\blapsing\b/i, better: 'expire' },
	{ pattern: /\bputs? out\b/i, better: 'output' },
	{ pattern: /\blook(s|ed|ing)? whether\b/i, better: 'check whether' },
	{ pattern: /\bcapitals\b/i, better: 'case' },
	{ pattern: /\b(some|any|every|no)body\b/i, better: 'someone, anyone, everyone, no one' },
	{
		pattern: /\b(kept|keeps?|held|holds?) back\b|\blet(s|ting)? through\b/i,
		better: 'quarantined, allowed',
	},
	{ pattern: /\bstand-in\b|\blocal Netigate\b(?! sandbox)/i, better: 'sandbox' },
	{ pattern: /\be-mails?\b/i, better: 'email' },
	{ pattern: /\blog-ins?\b/i, better: 'login' },
	{ pattern: /\bmobile\b/i, better: 'phone number' },
	{ pattern: /\bkinds? of (a |the )?(sendout|label|contact)s?\b/i, better: 'type' },
	{ pattern: /\b(twins?|(comes?|came|is there) twice)\b/i, better: 'duplicate, appears twice' },
	{ pattern: /\bsales talks?\b/i, better: 'sales call' },
	{ pattern: /\brows? \d+( (and|or|to) \d+)?\b(?! of)/, better: 'call' },
	{
		pattern: /\b(cannot|could not) be told\b|\bcannot tell\b/i,
		better: "couldn't confirm, can't be determined",
	},
	{
		pattern: /\b(organis|recognis|normalis|summaris|serialis|behaviour|colour|licence)/i,
		better: 'American spelling',
	},
];

/** The longest sentence in README, docs and field texts, in words. */
export const LONGEST_SENTENCE = 30;

/** What to write instead, for each wording found in a text. */
export function oddWords(text: string): Array<{ found: string; better: string }> {
	return wordings.flatMap(({ pattern, better }) => {
		const [found] = pattern.exec(text) ?? [];
		return found === undefined ? [] : [{ found: found.trim(), better }];
	});
}

/** The sentences of a text that are too long. */
export function longSentences(text: string): string[] {
	return text
		.split(/(?<=[.!?:])\s+|\n\n|\|/)
		.filter(
			(sentence) =>
				sentence.split(/\s+/).filter((word) => /\w/.test(word)).length > LONGEST_SENTENCE,
		);
}
