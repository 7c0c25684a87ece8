import { runInNewContext } from 'node:vm';
import { DateTime } from 'luxon';
import type { INodeProperties } from 'n8n-workflow';

/** Expressions whose values are tried in every parameter. */
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

/** How a parameter is read. Its type alone doesn't always show this. */
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

/** An expression, and the panel entry that must have the same effect. */
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
		// Any word can be a host. See test/unit/n8n/proxy.test.ts.
		fits: [],
	},
	labelValue: {
		refused: [notANumber, ...structures],
		fits: [...texts, ...nothing.map((one): Fit => [one, '']), [date, ISO], [dateTime, ISO]],
	},
	// If nothing is mapped, the editor also saves an empty value.
	mapping: {
		refused: Object.values(GIVEN).filter((source) => !nothing.includes(source)),
		fits: [],
	},
};

/** The values that this kind of parameter refuses and accepts. */
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

/** Evaluates an expression. */
export function valueOf(source: string): unknown {
	return runInNewContext(source, { DateTime });
}
