import type { INodeProperties } from 'n8n-workflow';
import { isDate } from '../../../shared/netigate/dates';
import { NetigateError } from '../../../shared/netigate/errors';
import type { AnswerSet } from '../../../shared/netigate/types';
import type { Action } from '../../action';
import { flag } from '../../../shared/n8n/fields';
import { surveyId } from '../../../shared/n8n/locators';
import { contact as contactField } from '../../fields/respondents';
import { resultOptions, resultOptionsOf, simplify } from '../../../shared/results/fields';
import { readSetsOfRespondent, withAnswers } from '../../../shared/results/answerSets';
import { PARTIAL_DELETE } from '../../../shared/results/retention';
import { resultsByItem, type ResultItem } from '../../../shared/results/reader';

const contact: INodeProperties = {
	...contactField,
	description: 'The email address, phone number or login name used to invite the person',
};

const latestOnly = flag(
	'Latest Only',
	'latestOnly',
	"Whether to return only this person's latest answers",
	true,
);

/** The most recently changed answer set. @throws NetigateError if the dates can't be read */
function latestOf(sets: readonly AnswerSet[]): AnswerSet[] {
	if (sets.length < 2 || sets.every(({ Updated }) => isDate(Updated))) return sets.slice(-1);
	throw new NetigateError("Couldn't determine the latest result, because the dates can't be read", {
		outcome: 'notDone',
		advice: "Turn off 'Latest Only' to get all results.",
	});
}

/** Oldest change first. Changes in the same second are sorted by creation date. */
function byAge(a: AnswerSet, b: AnswerSet): number {
	const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
	return (
		order(a.Updated, b.Updated) || order(a.Created, b.Created) || a.AnswerSetId - b.AnswerSetId
	);
}

const HIDDEN = `Some respondents to this survey have no readable contact, so this person may be one of them. ${PARTIAL_DELETE} Use Get by Respondent with the RespondentId from Add.`;

async function resultsOfContact({ parameters, client, reader, hint }: ResultItem) {
	const survey = parameters.id('surveyId');
	const contact = parameters.contact('contact');
	const options = resultOptionsOf(parameters);
	const latest = parameters.flag('latestOnly');
	const people = reader.people(survey);
	const respondents = await people.withContact(contact);
	const mayBeHidden = respondents.length === 0 && people.hidesContacts();
	if (mayBeHidden) hint(HIDDEN);
	const sets: AnswerSet[] = [];
	for (const { respondentId } of respondents) {
		sets.push(...(await readSetsOfRespondent(client, survey, respondentId, true)));
	}
	sets.sort(byAge);
	const chosen = latest ? latestOf(sets) : sets;
	if (chosen.length === 0) {
		const status = mayBeHidden ? 'unknown' : respondents.length > 0 ? 'notAnswered' : 'notInvited';
		return { status, contact: contact.trim() };
	}
	const read = await reader.read(survey, await withAnswers(client, survey, chosen), options);
	if (!options.simplify) return read;
	const results = read.map((result) => ({
		...{ status: 'answered' as const, ...result },
		contact: result.contact ?? contact.trim(),
	}));
	return await reader.shaped(survey, results, options);
}

export const getByContact: Action = {
	operation: 'getByContact',
	name: 'Get by Contact',
	action: 'Get results by contact',
	description:
		'Reads the answers from the person with this email address or phone number, or shows whether they were invited',
	fields: [surveyId, contact, latestOnly, simplify, resultOptions],
	calls: [2, 4, 7, 8, 10, 15, 20, 30],
	together: resultsByItem(resultsOfContact),
	onlyReads: true,
};
