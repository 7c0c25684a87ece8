import { checkContact, includesContact } from '../contacts';
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

/** A failure that doesn't name the respondent who caused it. */
const INTERNAL_ERROR = 500;

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

/** Checks a respondent without changing anything. */
function check(
	world: World,
	sendout: SendoutRecord,
	body: NewRespondent,
	valueOf?: (pair: Pair) => string | undefined,
): Checked {
	const { state, settings } = world;
	const isIn = (contacts: string[]) => includesContact(contacts, body.contactDetails);
	if (isIn(settings.failingContacts)) throw new Refusal(INTERNAL_ERROR, 'Internal error');
	if (isIn(settings.refusedContacts)) {
		throw invalid(`contactDetails '${body.contactDetails}' is not accepted`);
	}
	checkContact(sendout.primary.DispatchType, body.contactDetails);
	if (settings.blockedContacts === 'reject' && state.isBlocked(body.contactDetails)) {
		throw invalid(`contactDetails '${body.contactDetails}' is blocked`);
	}
	const isThere = state.respondentsByContact(sendout.id, body.contactDetails).length > 0;
	if (settings.repeatedContacts === 'reject' && isThere) {
		throw invalid(`contactDetails '${body.contactDetails}' is in the sendout already`);
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

/** @returns null for a blocked contact that is ignored */
function add(
	{ state, settings }: World,
	sendout: SendoutRecord,
	checked: Checked,
): Respondent | null {
	if (settings.blockedContacts === 'ignore' && state.isBlocked(checked.contact)) return null;
	const [existing] = state.respondentsByContact(sendout.id, checked.contact);
	if (settings.repeatedContacts === 'existing' && existing) return shown(existing);
	for (const { label, option } of checked.newOptions) state.addOption(label, option);
	return shown(state.addRespondent(sendout, checked.contact, checked.values, checked.sendMail));
}

/** Calls 15 to 17. */
export const respondentWork = {
	getRespondents: ({ state }: World, { ids }: Call) =>
		state
			.sendout(ids.surveyId, ids.sendoutId)
			.respondentIds.map((id) => state.respondents.get(id)!)
			.filter((respondent) => state.isListed(respondent))
			.map(shown),

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
		const good: Array<Checked | null> = [];
		let refusal: Refusal | undefined;
		for (const [index, one] of body.surveyRespondents.entries()) {
			try {
				good.push(check(world, sendout, one, valueOf));
			} catch (error) {
				if (!(error instanceof Refusal)) throw error;
				if (error.status === INTERNAL_ERROR) throw error;
				refusal ??= new Refusal(error.status, `surveyRespondents[${index}]: ${error.message}`);
				if (!partialBatch.startsWith('addGood')) break;
				good.push(null);
			}
		}
		if (refusal && partialBatch === 'rejectAll') throw refusal;
		const added = good.map((one) => one && add(world, sendout, one));
		if (refusal && partialBatch === 'addUntilBad') throw refusal;
		if (partialBatch === 'addGoodWithNull') return added;
		const respondents = added.filter((one) => one !== null);
		return refusal && partialBatch === 'addGoodWithErrors'
			? { Respondents: respondents, Errors: [{ Message: refusal.message }] }
			: respondents;
	},
};
