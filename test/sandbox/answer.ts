import type { Reply } from './api';
import type { AnswerChange } from './changes';
import type { Operation } from './document';
import { Refusal } from './refusal';
import type { Settings } from './settings';

/** Wraps a response if the settings say so. Calls without a wrapper in the document are never wrapped. */
export function shape(operation: Operation, answer: unknown, settings: Settings): unknown {
	const bare =
		Array.isArray(answer) && answer.length === 0 && settings.emptyLists === 'null' ? null : answer;
	const wrapper = operation['x-wrapper'];
	if (!wrapper || settings.wrapped === 'never') return bare;
	if (settings.wrapped === 'documented' && wrapper.standing === 'unknown') return bare;
	return { [wrapper.name]: bare };
}

const emailChanges: Record<Settings['addedEmail' | 'listedEmail'], AnswerChange[]> = {
	asSent: [],
	capitals: [{ do: 'capitals', member: 'Email' }],
	null: [{ do: 'set', member: 'Email', value: null }],
	omitted: [{ do: 'remove', member: 'Email' }],
	masked: [{ do: 'masked', member: 'Email' }],
	named: [{ do: 'named', member: 'Email' }],
	rewritten: [{ do: 'rewritten', member: 'Email' }],
	firstNull: [{ do: 'set', member: 'Email', value: null, at: 0 }],
};

/** How the settings change the successful responses of a call. */
export function changesOf(operationId: string | null, settings: Settings): AnswerChange[] {
	const { addedEmail, listedEmail, totalPages, cellLabelIds, batchAnswerOrder, listShape } =
		settings;
	const changes: AnswerChange[] = [];
	if (operationId === 'addRespondent' || operationId === 'addRespondents') {
		changes.push(...emailChanges[addedEmail]);
	}
	if (operationId === 'addRespondents' && batchAnswerOrder === 'reversed') {
		changes.push({ do: 'reverse' });
	}
	if (operationId === 'getRespondents') changes.push(...emailChanges[listedEmail]);
	if (totalPages === 'omitted') changes.push({ do: 'remove', member: 'TotalPages' });
	if (totalPages === 'null') changes.push({ do: 'set', member: 'TotalPages', value: null });
	const reads = operationId?.startsWith('get');
	if (reads && listShape === 'repeated') changes.push({ do: 'repeat' });
	else if (reads && listShape !== 'array')
		changes.push({ do: 'name', paged: listShape === 'paged' });
	if (settings.answeredBy !== 'id')
		changes.push({
			do: settings.answeredBy === 'object' ? 'asObject' : 'asCode',
			member: 'Respondent',
		});
	if (settings.noDate === 'minimum') {
		const noDate = { do: 'setNull', value: '0001-01-01T00:00:00Z' } as const;
		changes.push({ ...noDate, member: 'Completed' }, { ...noDate, member: 'DoneDate' });
	}
	if (settings.dates !== 'documented') changes.push({ do: 'dates', form: settings.dates });
	if (cellLabelIds === 'text') changes.push({ do: 'text', member: 'labelId' });
	if (settings.extraFields) changes.push({ do: 'extra' });
	if (settings.memberCase !== 'documented') changes.push({ do: settings.memberCase });
	if (settings.wrapped === 'everything') changes.push({ do: 'wrap' });
	return changes;
}

/** The response to reading an empty list, or undefined for an empty list. */
export function emptyReply(
	operationId: string | null,
	answer: unknown,
	{ emptyLists }: Settings,
): Partial<Reply> | undefined {
	const empty = Array.isArray(answer) && answer.length === 0 && operationId?.startsWith('get');
	if (empty && emptyLists === 'noContent') return { status: 204, text: '' };
	if (empty && emptyLists === 'notFound')
		return { status: 404, body: new Refusal(404, 'There is nothing').body };
	return undefined;
}

/** The response to activate and deactivate, or undefined for the sendout. */
export function activateReply({ activateAnswer }: Settings): Partial<Reply> | undefined {
	const unchecked = true;
	if (activateAnswer === 'empty') return { text: '', unchecked };
	if (activateAnswer === 'noContent') return { status: 204, text: '', unchecked };
	return activateAnswer === 'null' ? { body: null, unchecked } : undefined;
}
