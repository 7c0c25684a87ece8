import { IANAZone } from 'luxon';
import { toDay } from '../input/dates';
import { describeValue, toChoice } from '../input/text';
import { listOf } from '../n8n/addedOptions';
import type { ParameterReader } from '../n8n/parameters';
import { SettingError } from '../netigate/errors';
import { WEEKDAYS } from './fields/sendingHours';
import { DAY_MS } from './rules/rules';
import { SendingHours, type Window } from './rules/sendingHours';

/** If no window opens for this long, people would effectively never be asked. */
const LONGEST_PAUSE_MS = 366 * DAY_MS;

/** Limits the cache, because an expression can return different hours for every item. */
const MAX_KEPT = 100;

/** Most items have the same sending hours. Reusing the object is much faster, because it remembers openings. */
const kept = new Map<string, SendingHours>();

/** Sending hours without an expression are the same object for every item. */
const keptByObject = new WeakMap<object, { zone: string; hours: SendingHours }>();

/** @throws InputError if the sending hours aren't valid or never open */
export function sendingHoursOf(options: ParameterReader): SendingHours | undefined {
	if (!options.has('sendingHours')) return undefined;
	const given = options.raw('sendingHours') as object;
	const zone = options.timeZone;
	const same = keptByObject.get(given);
	if (same?.zone === zone) return same.hours;
	const key = JSON.stringify([zone, given]);
	const hours = kept.get(key) ?? readHours(options);
	if (kept.size >= MAX_KEPT) kept.clear();
	kept.set(key, hours);
	keptByObject.set(given, { zone, hours });
	return hours;
}

function readHours(options: ParameterReader): SendingHours {
	const entries = options.entries('sendingHours', 'window');
	if (entries.length === 0) {
		throw new SettingError(
			"'Sending Hours' has no window, so no one would ever be asked",
			"Add a window under 'Sending Hours', or remove the option.",
		);
	}
	const zone = zoneOf(options);
	const holidays = options
		.entries('sendingHours', 'holidays')
		.flatMap((entry) => listOf(entry, 'dates').map((date) => toDay(date, zone, 'Dates')));
	const hours = new SendingHours(entries.flatMap(windowsOf), holidays, zone);
	const now = Date.now();
	if (hours.nextOpening(now) - now > LONGEST_PAUSE_MS) {
		throw new SettingError(
			"The holidays under 'Sending Hours' block every window for more than a year",
			"Check the dates under 'Holidays'.",
		);
	}
	return hours;
}

function zoneOf(options: ParameterReader): string {
	const zones = options
		.entries('sendingHours', 'timeZone')
		.map((entry) => entry.resolvedText('timeZone'));
	const [zone = '', ...others] = [...new Set(zones)];
	if (others.length > 0) {
		throw new SettingError(
			"'Sending Hours' has several time zones",
			"Keep only one 'Time Zone' under 'Sending Hours'.",
		);
	}
	if (zone === '') return options.timeZone;
	if (IANAZone.isValidZone(zone)) return zone;
	throw new SettingError(
		`'Time Zone' under 'Sending Hours' doesn't exist: ${describeValue(zone)}`,
		'Enter a name such as Europe/Berlin, or leave it empty to use the time zone of the workflow.',
	);
}

function windowsOf(entry: ParameterReader): Window[] {
	const days = listOf(entry, 'days').map((day) => toChoice(day, WEEKDAYS, 'Days'));
	if (days.length === 0) {
		throw new SettingError(
			"'Days' is empty in a window under 'Sending Hours', so the window never opens",
			'Choose at least one day, or remove the window.',
		);
	}
	const from = minutesOf(entry, 'from');
	const to = minutesOf(entry, 'to');
	if (from === to || from === 24 * 60) {
		throw new SettingError(
			`A window under 'Sending Hours' never opens: ${entry.resolvedText('from')} to ${entry.resolvedText('to')}`,
			"Enter different times under 'From' and 'To'. For a whole day, use 00:00 and 24:00.",
		);
	}
	const end = to > from ? to : to + 24 * 60;
	return [...new Set(days)].map((day) => ({ weekday: WEEKDAYS.indexOf(day) + 1, from, to: end }));
}

/** A time as minutes since midnight. */
function minutesOf(entry: ParameterReader, name: 'from' | 'to'): number {
	const text = entry.storedText(name);
	const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
	const minutes = Number(hour) * 60 + Number(minute);
	if (minutes <= 24 * 60 && Number(minute) < 60) return minutes;
	throw new SettingError(
		`'${name === 'from' ? 'From' : 'To'}' under 'Sending Hours' isn't a valid time: ${describeValue(text)}`,
		'Enter hours and minutes from 00:00 to 24:00, e.g. 09:00.',
	);
}
