import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { getQuestionOptions } from '../../../nodes/NetigateTrigger/loadOptions';
import type { Question } from '../../../nodes/shared/netigate/types';
import { options, tree } from '../results/questionnaire';

/** The description of the first question in the list of a survey's questions. */
async function described(questions: Question[]) {
	const context = {
		getNode: () => ({ type: 'n8n-nodes-netigate.netigateTrigger', parameters: {} }),
		getCurrentNodeParameter: () => [501],
		getCredentials: async () => ({ apiKey: 'k', server: 'se' }),
		helpers: {
			httpRequestWithAuthentication: async () => ({
				statusCode: 200,
				headers: {},
				body: JSON.stringify(questions),
			}),
		},
	} as unknown as ILoadOptionsFunctions;
	return (await getQuestionOptions.call(context))[0].description;
}

test('replaces tags in descriptions, because the editor shows them as HTML', async () => {
	const Rows = options(['&lt;img src="http://127.0.0.1/seen.png"&gt;', 'No']);
	expect(await described(tree({ text: 'Which?', items: [{ Type: 'CHECKBOX', Rows }] }))).toBe(
		'‹img src="http://127.0.0.1/seen.png"› · No',
	);
});

const zeroToThree = ['0', '1', '2', '3'];

test.each([
	['numbers', { Type: 'RADIOBUTTON', Rows: options(zeroToThree) }, '0 = 0 · 1 = 1 · 2 = 2 · 3 = 3'],
	['positions', { Type: 'DROPDOWN', Rows: options(['Yes', 'No']) }, 'Yes = 1 · No = 2'],
	[
		'weights',
		{ Type: 'WEIGHTED_RADIOBUTTON', Rows: options(['Good', 'Bad', "Don't know"], [5, -5, null]) },
		"Good = 5 · Bad = -5 · Don't know = no score",
	],
	[
		'none for a weighted question without weights',
		{ Type: 'WEIGHTED_RADIOBUTTON', Rows: options(['Good', 'Bad']) },
		'Good = no score · Bad = no score',
	],
	[
		'none for several choices, which conditions never compare',
		{ Type: 'CHECKBOX', Rows: options(['Wi-Fi', 'Food']) },
		'Wi-Fi · Food',
	],
	['none for free text', { Type: 'TEXT_FIELD' }, undefined],
	[
		'only the first twelve',
		{ Type: 'RADIOBUTTON', Rows: options([...'ABCDEFGHIJKLM']) },
		[...'ABCDEFGHIJKL'].map((text, at) => `${text} = ${at + 1}`).join(' · '),
	],
	['a single alternative', { Type: 'RADIOBUTTON', Rows: options(['Yes']) }, 'Yes = 1'],
	[
		'columns of a matrix',
		{ Type: 'MATRIX', Rows: options(['Speed'], [1]), Columns: options(['3', '2', '1']) },
		'3 = 3 · 2 = 2 · 1 = 1',
	],
])('the list of questions shows the score of each alternative: %s', async (_, item, expected) => {
	expect(await described(tree({ text: 'So?', items: [item] }))).toBe(expected);
});
