// Text from address books, spreadsheets and web pages may contain these invisible characters.
const INVISIBLE =
	/\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
/** These characters can change the order in which text is displayed. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text on one line without control characters, for messages and email headers. */
export const printable = (text: string): string =>
	text.replace(CONTROLS, ' ').replace(DIRECTIONS, '');

/** Matches most strings. These don't need the cleanup, which would be slow for 10,000 strings. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** E.g. "1 day" or "3 days". */
export const counted = (count: number, what: string): string =>
	`${count} ${what}${count === 1 ? '' : 's'}`;

const LONG_RUN = /\p{M}{31}/u;
const PART_OF_RUN = /(\p{M}{30})/u;

/** Splits a long run of combining marks, because normalizing it would take quadratic time. */
export function normalized(text: string, form: 'NFC' | 'NFKC'): string {
	const parts = LONG_RUN.test(text) ? text.split(PART_OF_RUN) : [text];
	return parts.map((part) => part.normalize(form)).join('');
}

const inOneLine = (text: string) => normalized(text, 'NFC').replace(/\s+/g, ' ').trim();

/** Removes invisible characters, normalizes to Unicode NFC and collapses whitespace. */
export function plainText(text: string): string {
	return PLAIN.test(text) ? text : inOneLine(text.replace(INVISIBLE, ''));
}

/** Removes characters from the end. A regular expression would be slow, because it would try every position. */
export function withoutEnd(text: string, characters: string): string {
	let end = text.length;
	while (end > 0 && characters.includes(text[end - 1])) end--;
	return text.slice(0, end);
}

/** Whether the text contains nothing but whitespace and invisible characters. */
export const isBlankText = (text: string): boolean => text.replace(INVISIBLE, '').trim() === '';

export const foldText = (text: string): string => plainText(text).toLowerCase();

/** Elements after which a browser starts a new line or cell. */
const BLOCKS =
	'address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|nav|ol|optgroup|option|p|pre|section|select|table|tbody|td|tfoot|th|thead|tr|ul';
const INLINES =
	'a|abbr|acronym|b|bdi|bdo|big|button|cite|code|col|colgroup|data|del|dfn|em|font|i|iframe|img|input|ins|kbd|label|link|mark|meta|nobr|q|s|samp|small|span|strike|strong|sub|sup|svg|time|tt|u|var|video|wbr';
const HIDDEN = 'script|style|title';

/**
 * An HTML tag or, with a colon, a Word tag. Anything else in angle brackets, such as "<your company>", is part of the
 * text. Attributes are matched only up to the next quote or angle bracket, because matching would otherwise take
 * quadratic time.
 */
const TAG = new RegExp(
	`<!--|-->|<[!?][a-z[][^<>]*>|<(/?)(${BLOCKS}|${INLINES}|${HIDDEN}|\\w{1,20}:\\w{1,40})(?=[\\s/>])((?:"[^"]*"|'[^']*'|[^"'<>])*|[^<>]*)>`,
	'gi',
);

const IS_BLOCK = new RegExp(`^(?:${BLOCKS})$`, 'i');
const IS_HIDDEN = new RegExp(`^(?:${HIDDEN})$`, 'i');

/** The replacement for a tag: a space for a block element, or an image's alternative text. */
function replacement(name: string, attributes: string): string {
	if (IS_BLOCK.test(name)) return ' ';
	if (name.toLowerCase() !== 'img') return '';
	const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
	return alt ? ` ${alt[1] ?? alt[2]} ` : '';
}

function withoutTags(text: string): string {
	const lower = text.toLowerCase();
	const lastEnds = new Map<string, number>();
	const endsAfter = (end: string, at: number) => {
		if (!lastEnds.has(end)) lastEnds.set(end, lower.lastIndexOf(end));
		return lastEnds.get(end)! >= at;
	};
	let plain = '';
	let from = 0;
	/** Inside a comment, script or style, the string that ends it. */
	let end = '';
	for (const { 0: tag, 1: slash, 2: name = '', 3: attributes = '', index } of text.matchAll(TAG)) {
		if (end !== '') {
			if (tag.endsWith(end) || tag.toLowerCase().startsWith(end)) {
				from = index + tag.length;
				end = '';
			}
			continue;
		}
		if (tag === '-->') continue;
		plain += text.slice(from, index) + replacement(name, attributes);
		from = index + tag.length;
		const hides = tag === '<!--' || (slash === '' && IS_HIDDEN.test(name));
		const wanted = tag === '<!--' ? '-->' : `</${name.toLowerCase()}`;
		if (hides && endsAfter(wanted, from)) end = wanted;
	}
	return plain + text.slice(from);
}

/** The names of the entities for the code points from 160 on. */
const LATIN = [
	'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr',
	'deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest',
	'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml',
	'ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig',
	'agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml',
	'eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml',
].join(' ');

const ENTITIES = new Map([
	...LATIN.split(' ').map((name, at) => [name, String.fromCharCode(160 + at)] as const),
	...Object.entries({
		...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", euro: '€', trade: '™', bull: '•' },
		...{ ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“' },
		...{ rdquo: '”', bdquo: '„', lsaquo: '‹', rsaquo: '›', dagger: '†', permil: '‰', prime: '′' },
		...{ OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', larr: '←', rarr: '→' },
		...{ le: '≤', ge: '≥', ne: '≠', asymp: '≈', minus: '−', infin: '∞', hearts: '♥', starf: '★' },
		...{ ensp: ' ', emsp: ' ', thinsp: ' ', zwnj: '\u200c', zwj: '\u200d', lrm: '', rlm: '' },
	}),
]);

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]\w{1,7}));|&(nbsp|amp|lt|gt|quot)(?!\w)/gi;

function decoded(entity: string, decimal?: string, hex?: string, name?: string, bare?: string) {
	const word = name ?? bare;
	if (word !== undefined) return ENTITIES.get(word) ?? ENTITIES.get(word.toLowerCase()) ?? entity;
	const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
	const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
	return isCharacter ? String.fromCodePoint(code) : entity;
}

/** Like `INVISIBLE`, except for characters inside emoji and inside words in scripts that join letters. */
const UNNEEDED = new RegExp(
	`(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])[\\ufe0f\\u200d](?!\\p{L})|(?<![\\p{L}\\p{M}])\\u200c|\\u200c(?![\\p{L}\\p{M}])|(?![\\ufe0f\\u200c\\u200d])(?:${INVISIBLE.source})`,
	'gu',
);

function withoutHtml(text: string): string {
	const untagged = text.includes('<') ? withoutTags(text) : text;
	return untagged.includes('&') ? untagged.replace(ENTITY, decoded) : untagged;
}

/** Whether the text contains HTML tags or entities. */
export const hasMarkup = (text: string): boolean => withoutHtml(text) !== text;

function withoutMarkup(text: string): string {
	const plain = withoutHtml(text);
	return PLAIN.test(plain) ? plain : inOneLine(plain.replace(UNNEEDED, ''));
}

/** Caches readable text, because answers repeat text from the questions. */
const met = new Map<string, string>();
const MAX_CACHED = 2_000;
const MAX_CACHED_LENGTH = 300;

/**
 * Text from Netigate as a person would type it: on one line, without markup or invisible characters. Don't use this for
 * text that a respondent typed.
 */
export function readableText(value: unknown): string {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	if (text === '' || (PLAIN.test(text) && !/[<&]/.test(text))) return text;
	const known = met.get(text);
	if (known !== undefined) return known;
	const plain = withoutMarkup(text);
	if (met.size >= MAX_CACHED) met.clear();
	if (text.length <= MAX_CACHED_LENGTH) met.set(text, plain);
	return plain;
}

/** Text from Netigate, normalized for comparison. */
export const foldReadable = (value: unknown): string => foldText(readableText(value));
