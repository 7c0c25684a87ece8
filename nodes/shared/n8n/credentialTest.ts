import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IN8nHttpFullResponse,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { inTime, readInTime } from './limits';
import { noAnswerError, readAnswer } from '../netigate/responses';
import { InputError, NetigateError } from '../netigate/errors';
import { codeOf, PROBE_MS, refuseHiddenProxy } from './connectionSafety';
import { onlySecretIn, secretIn } from './hashSecret';
import { errorText } from './shown';
import { baseUrlOf, oldVersionHint, withoutKey, type NetigateCredential } from '../netigate/server';

const TIMEOUT_MS = 20_000;

function failed(message: string, advice = ''): INodeCredentialTestResult {
	return { status: 'Error', message: errorText(advice ? `${message}. ${advice}` : message) };
}

/** Whether the response to GET /surveys comes from Netigate, and whether Netigate accepts the key. */
function judge(answer: { status: number; body: string }): INodeCredentialTestResult {
	const { status } = answer;
	if (status === 401 || status === 403) {
		return failed(
			"Netigate doesn't recognize this API key",
			'Check the key and the server, because each account exists on only one server. Get the key from your Netigate account manager.',
		);
	}
	if (status === 404 || (status >= 300 && status < 400)) {
		return failed(
			'There is no Netigate API at this base URL',
			'It should end in /api/v1.2, e.g. https://www.netigate.se/api/v1.2.',
		);
	}
	try {
		if (Array.isArray(readAnswer({ ...answer, headers: {} })))
			return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		if (error instanceof NetigateError && (status < 200 || status >= 300))
			return failed(error.message, error.advice);
	}
	return notNetigate();
}

function notNetigate(): INodeCredentialTestResult {
	return failed(
		"Something responds at this base URL, but it isn't the Netigate API",
		'It should end in /api/v1.2. A proxy or login page may be responding instead.',
	);
}

/** Tests the credential with GET /surveys (call 1), and reports whether the key, host or base URL is wrong. */
export async function netigateApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const data = (credential.data ?? {}) as unknown as NetigateCredential;
	try {
		const baseUrl = baseUrlOf(data);
		const apiKey = (data.apiKey ?? '').trim();
		if (apiKey === '') return failed('The API key is empty');
		secretIn(data);
		const { helpers } = this;
		await refuseHiddenProxy(
			data,
			async (uri) =>
				(await helpers.request({
					method: 'HEAD',
					uri,
					timeout: PROBE_MS,
					simple: false,
				})) as unknown,
		);
		const options = {
			method: 'GET',
			uri: `${baseUrl}/surveys`,
			headers: { 'X-API-KEY': apiKey, Accept: 'application/json' },
			timeout: TIMEOUT_MS,
			simple: false,
			json: false,
			useStream: true,
			followRedirect: false,
			resolveWithFullResponse: true,
		};
		const response = await inTime(TIMEOUT_MS, async (timeoutSignal) => {
			const { statusCode: status, body } = (await helpers.request(options)) as IN8nHttpFullResponse;
			return { status, ...(await readInTime(body, timeoutSignal)) };
		});
		const result = judge({ ...response, body: withoutKey(response.body, data) });
		const message = [result.message, oldVersionHint(data)].filter(Boolean).join(' ');
		return { ...result, message };
	} catch (error) {
		if (error instanceof InputError) return failed(error.message, error.advice);
		if (error instanceof NetigateError) return notNetigate();
		const { message, advice } = noAnswerError(codeOf(error), 'no response');
		return failed(message, advice);
	}
}

/** Checks the secret without any request. */
export async function netigateHashSecretApiTest(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		onlySecretIn(data);
		return { status: 'OK', message: 'The secret can be used' };
	} catch (error) {
		const { message, advice } = error as InputError;
		return failed(message, advice);
	}
}
