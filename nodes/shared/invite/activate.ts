import { asList, type NetigateClient } from '../netigate/client';
import { asNetigateError, leftOpen, NetigateError } from '../netigate/errors';
import { isDocumented, isRecord } from '../netigate/members';
import { withSurveyProblem } from '../netigate/surveys';
import { isActive } from '../netigate/sendouts';
import type { Sendout } from '../netigate/types';

const DOUBT =
	"Netigate accepted the activation but doesn't report the sendout as active. This may be normal before its send date. Check in Netigate whether the invitations are being sent.";

const LOOK = 'Check in Netigate whether the sendout is active.';

/** The maximum number of attempts if each response is empty and the sendout still isn't active. */
const MAX_TRIES = 3;

/**
 * Activates a sendout (call 13), and retries if the response is lost. A sendout can be activated twice: Netigate's
 * documentation says to do so after each batch of respondents, so presumably no one is invited again.
 * @param path the sendout's path, such as `/surveys/501/sendouts/7001`
 * @param hint called if Netigate accepts the activation but doesn't report the sendout as active
 * @returns undefined if the sendout was activated, otherwise the error
 */
export async function activateSendout(
	client: NetigateClient,
	path: string,
	hint: (message: string) => void,
): Promise<NetigateError | undefined> {
	let responded = false;
	try {
		for (let tries = 1; tries <= MAX_TRIES; tries++) {
			const response = await client.send({
				method: 'POST',
				path: `${path}/activate`,
				body: {},
				repeatable: true,
				emptyAllowed: true,
			});
			responded = true;
			// According to the documentation, the response is the sendout. After any other response, the sendout may be
			// inactive.
			const documented = isRecord(response) && Object.keys(response).some(isDocumented);
			const { Primary } = (documented ? response : {}) as Partial<Sendout>;
			if (documented && Primary?.Activated !== false) return undefined;
			const sendout = await readSendout(client, path);
			if (isActive(sendout)) return undefined;
			// If the response is as documented, or if the send date is in the future, activating again wouldn't help.
			if (documented || Date.parse(sendout?.Primary?.SendDate ?? '') > Date.now()) {
				hint(DOUBT);
				return undefined;
			}
		}
		return new NetigateError("Netigate returned an empty response, and the sendout isn't active", {
			outcome: 'unknown',
			advice: 'Check in Netigate whether it is active.',
		});
	} catch (error) {
		const failure = asNetigateError(error, LOOK);
		// Once Netigate has responded, the sendout may be active, even if something else fails afterwards.
		return responded ? leftOpen(failure, LOOK) : failure;
	}
}

/** Call 11. */
async function readSendout(client: NetigateClient, path: string): Promise<Sendout | undefined> {
	return asList<Sendout>(await client.get(path)).at(0);
}

/**
 * Whether Netigate refused to activate the sendout because it is already active. False if the sendout can't be read.
 */
export async function isActiveAfter(
	{ outcome }: NetigateError,
	client: NetigateClient,
	path: string,
): Promise<boolean> {
	return outcome === 'refused' && (await readSendout(client, path).then(isActive, () => false));
}

/**
 * Activates a sendout even if it is already active, because it isn't documented whether Netigate invites people who are
 * added to an active sendout.
 * @returns undefined if the sendout was activated, otherwise the error for the sendout's contacts
 */
export async function activateForContacts(
	client: NetigateClient,
	path: string,
	hint: (message: string) => void,
): Promise<NetigateError | undefined> {
	const failure = await activateSendout(client, path, hint);
	if (!failure) return undefined;
	const isActiveNow = await isActiveAfter(failure, client, path);
	const surveyId = Number(path.split('/')[2]);
	const why = isActiveNow ? failure : await withSurveyProblem(failure, client, surveyId);
	const [what, advice] = isActiveNow
		? [
				"The contact is in the active sendout, but Netigate didn't activate the sendout again",
				'Check in Netigate whether the invitation is being sent.',
			]
		: [
				"The contact is in the sendout, but the sendout couldn't be activated",
				why === failure
					? 'To invite people, activate the sendout with Sendout > Activate or in Netigate.'
					: `${why.advice} Then activate the sendout with Sendout > Activate or in Netigate.`,
			];
	return new NetigateError(`${what}: ${why.message}`, {
		outcome: 'unknown',
		status: why.status,
		advice: `Don't add the contact again. ${advice}`,
	});
}
