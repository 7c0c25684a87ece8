import type { Parameters } from '../n8n/parameters';
import type { NewSendout } from './dispatch';

/**
 * The sendout that an item asks for.
 *
 * @param now as `toNetigateDate` gives it: the send date where none is given
 */
export function newSendoutOf(parameters: Parameters, now: string): NewSendout {
	const type = parameters.choice('type');
	return {
		name: parameters.text('name'),
		type,
		// A log-in list sends nothing, so its date means nothing.
		sendDate: (type === 'LOGIN' ? undefined : parameters.date('sendDate')) ?? now,
		sender: parameters.optionalText('sender'),
		subject: parameters.optionalText('subject'),
		message: parameters.optionalText('message'),
	};
}
