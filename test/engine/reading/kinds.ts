import { runInNewContext } from 'node:vm';
import { DateTime } from 'luxon';
import type { INodeProperties } from 'n8n-workflow';

/** What every parameter is fed with, as an expression gives it. */
export const GIVEN = {
	text: '"perhaps"',
	blank: '" "',
	whole: '7',
	half: '0.5',
	notANumber: 'NaN',
	yes: 'true',
	null: 'null',
	undefined: 'undefined',
	object: '({ a: 1 })',
	list: '["perhaps"]',
	date: 'DateTime.fromISO("2037-03-04T05:06:07Z").toJSDate()',
	dateTime: 'DateTime.fromISO("2037-03-04T05:06:07Z", { zone: "utc" })',
};

/** What a parameter is read as, which its type alone does not always tell. */
export type Kind =
	| 'flag'
	| 'choice'
	| 'number'
	| 'date'
	| 'text'
	| 'optionalText'
	| 'id'
	| 'ids'
	| 'contact'
	| 'proxy'
	| 'labelValue'
	| 'mapping';

/** The source of a value, and the value that it has to be the same as when it is entered in the panel. */
type Fit = [source: string, as: unknown];

interface Reading {
	refused: string[];
	fits: Fit[];
}

const { text, blank, whole, half, notANumber, yes, object, list, date, dateTime } = GIVEN;
const nothing = [blank, GIVEN.null, GIVEN.undefined];
const structures = [object, list];
const dates = [date, dateTime];
const ISO = '2037-03-04T05:06:07.000Z';

const texts: Fit[] = [
	[text, 'perhaps'],
	[whole, '7'],
	[half, '0.5'],
	[yes, 'true'],
];

const READINGS: Record<Exclude<Kind, 'choice'>, Reading> = {
	flag: {
		refused: [text, ...nothing, whole, half, notANumber, ...structures, ...dates, '["true"]'],
		fits: [
			[yes, true],
			['"FALSE"', false],
			['" Ja "', true],
			['0', false],
			['"1"', true],
		],
	},
	number: {
		refused: [text, ...nothing, notANumber, yes, ...structures, ...dates, '"1.000"', '[7]'],
		fits: [
			[whole, 7],
			[half, 0.5],
			['"7"', 7],
			['" 7,0 "', 7],
		],
	},
	date: {
		refused: [
			...[text, ...nothing, whole, half, notANumber, yes, ...structures],
			...['"12"', '"10:30"', '"2027"', '46085'],
		],
		fits: [
			[date, ISO],
			[dateTime, ISO],
			['"2037-03-04 06:06:07"', ISO],
		],
	},
	text: { refused: [...nothing, notANumber, ...structures, ...dates], fits: texts },
	optionalText: {
		refused: [notANumber, ...structures, ...dates],
		fits: [...texts, ...nothing.map((one): Fit => [one, ''])],
	},
	id: {
		refused: [
			text,
			...nothing,
			half,
			notANumber,
			yes,
			...structures,
			...dates,
			'-7',
			'0',
			'"7.0"',
			'"7/../8"',
		],
		fits: [
			[whole, '7'],
			['" 7 "', '7'],
		],
	},
	ids: {
		refused: [text, ...nothing, half, notANumber, yes, ...structures, ...dates, '[]', '[7, null]'],
		fits: [
			[whole, [7]],
			['["7", 8]', [7, 8]],
			['"7, 8"', [7, 8]],
		],
	},
	contact: {
		refused: [...nothing, half, notANumber, yes, ...structures, ...dates, '"#N/A"'],
		fits: [
			[text, 'perhaps'],
			[whole, '7'],
			['"\\u200bAnna@Example.com;"', 'anna@example.com'],
		],
	},
	proxy: {
		refused: [...nothing, whole, half, notANumber, yes, ...structures, ...dates, '"a b:80"'],
		// Any word can be a host; see test/unit/n8n/proxy.test.ts.
		fits: [],
	},
	labelValue: {
		refused: [notANumber, ...structures],
		fits: [...texts, ...nothing.map((one): Fit => [one, '']), [date, ISO], [dateTime, ISO]],
	},
	// Where nothing is mapped, the editor leaves nothing too.
	mapping: {
		refused: Object.values(GIVEN).filter((source) => !nothing.includes(source)),
		fits: [],
	},
};

/** What a parameter of a kind refuses, and what it takes as what. */
export function readingOf(kind: Kind, { options = [] }: INodeProperties): Reading {
	if (kind !== 'choice') return READINGS[kind];
	const values = options.flatMap((option) => ('value' in option ? [String(option.value)] : []));
	return {
		refused: [...Object.values(GIVEN), '["add"]'],
		fits: [values[0], values.at(-1)!].map((value) => [
			JSON.stringify(` ${value.toUpperCase()} `),
			value,
		]),
	};
}

/** The value that the source of an expression gives. */
export function valueOf(source: string): unknown {
	return runInNewContext(source, { DateTime });
}
