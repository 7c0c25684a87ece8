import { InputError, SettingError } from '../netigate/errors';

/** @param ofItem whether the value belongs to an item, such as a respondent's ID, and so isn't a setting */
export function asSetting<T>(read: () => T, ofItem: boolean): T {
	let failure: unknown;
	try {
		return read();
	} catch (error) {
		failure = error;
	}
	if (ofItem || !(failure instanceof InputError)) throw failure;
	throw new SettingError(failure.message, failure.advice);
}
