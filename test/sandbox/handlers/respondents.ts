import { checkContact } from '../contacts';
import { batchValue, readDictionary, type Pair, type ReadDictionary } from '../dictionary';
import type { RespondentRecord, SendoutRecord } from '../records';
import { invalid, Refusal } from '../refusal';
import type { Respondent } from '../types';
import type { Call, World } from '../world';
import { checkAnswerable } from './sendouts';

interface NewRespondent {
	contactDetails: string;
	sendMail: boolean;
	backgroundData?: Pair[];
}

interface Checked extends ReadDictionary {
	contact: string;
	sendMail: boolean;
}

const shown = (respondent: RespondentRecord): Respondent => ({
	RespondentId: respondent.RespondentId,
	Email: respondent.Email,
	Password: respondent.Password,
	SurveyURL: respondent.SurveyURL,
});

/** Finds a respondent good without changing anything. */
function check(
	world: World,
	sendout: SendoutRecord,
	body: NewRespondent,
	valueOf?: (pair: Pair) => string | undefined,
): Checked {
	const { state, settings } = world;
	checkContact(sendout.primary.DispatchType, body.contactDetails);
	if (settings.blockedContacts === 'reject' && state.isBlocked(body.contactDetails)) {
		throw invalid(`contactDetails '${body.contactDetails}' is blocked`);
	}
	const dictionary = readDictionary(
		body.backgroundData ?? [],
		state.document(sendout.documentId).labels,
		settings,
		(label) => state.openLabels.has(label.BGDataLabelId),
		valueOf,
	);
	return { ...dictionary, contact: body.contactDetails, sendMail: body.sendMail };
}

function add({ state }: World, sendout: SendoutRecord, checked: Checked): Respondent {
	for (const { label, option } of checked.newOptions) state.addOption(label, option);
	return shown(state.addRespondent(sendout, checked.contact, checked.values, checked.sendMail));
}

/** Calls 15 to 17. */
export const respondentWork = {
	getRespondents: ({ state }: World, { ids }: Call) =>
		state
			.sendout(ids.surveyId, ids.sendoutId)
			.respondentIds.map((id) => shown(state.respondents.get(id)!)),

	addRespondent: (world: World, { ids, body }: Call<NewRespondent>) => {
		const sendout = world.state.sendout(ids.surveyId, ids.sendoutId);
		checkAnswerable(world, ids.surveyId, ['reject']);
		return add(world, sendout, check(world, sendout, body));
	},

	addRespondents: (world: World, { ids, body }: Call<{ surveyRespondents: NewRespondent[] }>) => {
		const sendout = world.state.sendout(ids.surveyId, ids.sendoutId);
		checkAnswerable(world, ids.surveyId, ['reject']);
		const { largestBatch, partialBatch } = world.settings;
		if (body.surveyRespondents.length > largestBatch) {
			throw invalid(`surveyRespondents holds at most ${largestBatch} respondents`);
		}
		const valueOf = batchValue(world.settings);
		const good: Checked[] = [];
		let refusal: Refusal | undefined;
		for (const [index, one] of body.surveyRespondents.entries()) {
			try {
				good.push(check(world, sendout, one, valueOf));
			} catch (error) {
				if (!(error instanceof Refusal)) throw error;
				refusal ??= new Refusal(error.status, `surveyRespondents[${index}]: ${error.message}`);
				if (partialBatch !== 'addGood') break;
			}
		}
		if (refusal && partialBatch === 'rejectAll') throw refusal;
		const added = good.map((one) => add(world, sendout, one));
		if (refusal && partialBatch === 'addUntilBad') throw refusal;
		return added;
	},
};
