/** Matches alternatives such as "Other", for which people can enter their own words. */
export const OTHER =
	/(?<!\p{L})(?:others?|else|another|specify|namely|andere[rsnm]?|sonstige[rsnm]?|weitere[rsnm]?|nämlich|zwar|angeben|annat|annan|andra|övrig\p{L}*|nämligen|ange|annet|andet|andre|øvrig\p{L}*|muu|muut|mikä|autres?|préciser|précisez|otr[oa]s?|especifi\p{L}*|altr[oaie]|specificare|anders|overige?|namelijk|inn[eya]|jak[ie]e?|outr[oa]s?)(?!\p{L})|[:…_]$|\.\.\.$/iu;

/** Matches alternatives that aren't part of a scale, in some common languages. */
const NO_OPINION = new RegExp(
	[
		'do(?:n.?t| not) know|not sure|unsure|undecided|not applicable|\\bn[./]?a\\b|no (?:answer|opinion|response|comment)|can(?:.?t|not) (?:say|judge|answer|rate)|(?:prefer|rather) not|(?:decline|refuse)d? to|doesn.?t apply',
		'wei(?:ß|ss) (?:ich |es )?nicht|keine (?:angabe|antwort|meinung|aussage|erfahrung)|\\bk\\. ?a\\b|kann ich nicht|nicht (?:beurteil|bewert|anwendbar)|möchte.{0,40} nicht',
		'vet (?:ej|inte|ikke)|ved ikke|ingen (?:åsikt|uppfattning|erfarenhet|mening)|(?:ej|inte|ikke) (?:aktuel|svara|tillämplig)|(?:vill|kan|ønsker) (?:ej|inte|ikke)|en osaa|en tiedä|ei osaa|en halua',
		'sai[st] pas|sans (?:avis|opinion|réponse)|non concerné|prononce pas|no (?:lo )?s(?:é|abe)|no (?:contesta|aplica)|sin opinión|ns/nc|non s(?:o\\b|aprei)|non applicabile|preferisco non',
		'weet (?:ik )?(?:het )?niet|geen (?:mening|antwoord)|n\\.?v\\.?t|nie wiem|trudno powiedzieć|nie dotyczy|não sei|não se aplica',
		'не знаю|затрудня|nevím|nu știu|nem tudom|bilmiyorum|fikrim yok|δεν (?:γνωρίζω|ξέρω)|わからない|分からない|不知道|לא יודע|لا أعرف',
	].join('|'),
	'i',
);

/** Matches words that appear in the lowest answer on a scale, such as "I don't know it at all". */
const LOWEST = /\bat all\b|\balls\b|du tout|überhaupt|\bgar\b|erfahrung|erfarenhet/i;

export const hasNoOpinion = (text: string): boolean => NO_OPINION.test(text);

/**
 * For each alternative, whether it is outside the scale, such as "Don't know" or "Other" at the start or end of the
 * list. In the middle, an alternative such as "Undecided" is part of the scale.
 */
export function outsideOf(texts: readonly string[]): boolean[] {
	// "Worse than others" and "Better than others" are part of a scale.
	const letsWrite = texts.filter((text) => OTHER.test(text)).length === 1;
	const isInside = (text: string) =>
		!(hasNoOpinion(text) && !LOWEST.test(text)) && !(letsWrite && OTHER.test(text));
	const [from, to] = [texts.findIndex(isInside), texts.findLastIndex(isInside)];
	return texts.map((_, at) => from >= 0 && (at < from || at > to));
}
