import { comparable, includesContact } from './contacts';
import { Ids, seeded } from './ids';
import type {
	DocumentRecord,
	Invitation,
	RespondentRecord,
	RowRecord,
	SendoutRecord,
} from './records';
import { notFound } from './refusal';
import type { Settings } from './settings';
import type {
	Category,
	Dispatch,
	DispatchType,
	Label,
	LabelType,
	MessageText,
	Question,
	SendoutLogic,
	Survey,
	User,
} from './types';

/** A new dispatch. Dates are in the API's format. */
export interface NewDispatch extends MessageText {
	name: string;
	type: DispatchType;
	sendDate: string | null;
	logic: SendoutLogic;
}

/** The account, except for the answers. */
export class AccountState {
	static readonly account = 42;

	readonly ids = new Ids(() => this.settings.idOffset);
	readonly surveys = new Map<number, Survey>();
	/** By survey ID. */
	readonly questions = new Map<number, Question[]>();
	readonly sendouts = new Map<number, SendoutRecord>();
	readonly respondents = new Map<number, RespondentRecord>();
	readonly documents = new Map<number, DocumentRecord>();
	/** Rows of every list by respondent ID, including those of sendouts. */
	readonly rows = new Map<number, RowRecord>();
	readonly categories = new Map<number, Category>();
	readonly users = new Map<number, User>();
	/** Blocked addresses in the form that the API lists. */
	readonly blocklist = new Set<string>();
	/** The invitations and reminders sent, in order. */
	readonly invitations: Invitation[] = [];
	/** Labels created through the API. ORDINAL ones accept every value as a new option. */
	readonly openLabels = new Set<number>();
	/** The real time at which respondents and reminders were added, in milliseconds since 1970. */
	private readonly addedAt = new WeakMap<object, number>();
	private readonly idsByContact = new Map<number, Map<string, number[]>>();

	constructor(
		readonly settings: Settings,
		readonly now: () => string,
		/** The base URL of personal links. */
		private readonly origin: () => string = () => 'https://survey.example.com',
	) {}

	/** All labels, of every list and sendout. */
	get labels(): Label[] {
		return [...this.documents.values()].flatMap((document) => document.labels);
	}

	survey(id: number): Survey {
		return this.found(this.surveys, 'Survey', id);
	}

	/** @throws Refusal 404, also if the sendout belongs to another survey */
	sendout(surveyId: number, id: number): SendoutRecord {
		this.survey(surveyId);
		const sendout = this.sendouts.get(id);
		if (!sendout || sendout.surveyId !== surveyId) throw notFound('Sendout', id);
		return sendout;
	}

	sendoutsOf(surveyId: number): SendoutRecord[] {
		return [...this.sendouts.values()].filter((sendout) => sendout.surveyId === surveyId);
	}

	document(id: number): DocumentRecord {
		return this.found(this.documents, 'BGDocument', id);
	}

	row(documentId: number, respondentId: number): RowRecord {
		this.document(documentId);
		const row = this.rows.get(respondentId);
		if (!row || row.documentId !== documentId) throw notFound('Respondent', respondentId);
		return row;
	}

	/** Respondents of a sendout with exactly this contact, in the order in which they were added. */
	respondentsByContact(sendoutId: number, contact: string): RespondentRecord[] {
		const ids = this.idsByContact.get(sendoutId)?.get(comparable(contact)) ?? [];
		return ids.map((id) => this.respondents.get(id)!);
	}

	isBlocked(contact: string): boolean {
		return this.blocklist.size > 0 && includesContact([...this.blocklist], contact);
	}

	addSurvey(
		{ Name, ...given }: Partial<Survey> & { Name: string },
		questions: Question[] = [],
	): Survey {
		const now = this.now();
		const full: Survey = {
			SurveyId: given.SurveyId ?? this.ids.take('survey'),
			Created: now,
			Account: AccountState.account,
			Name,
			Language: 'eng',
			StartDate: now,
			EndDate: now,
			Category: '-999',
			Activated: true,
			...given,
		};
		this.surveys.set(full.SurveyId, full);
		this.questions.set(full.SurveyId, questions);
		return full;
	}

	/** Returns the questions of a survey with new IDs. */
	copyQuestions(surveyId: number): Question[] {
		return (this.questions.get(surveyId) ?? []).map((question) => ({
			...question,
			QuestionId: this.ids.take('question'),
			QuestionItems: question.QuestionItems.map((item) => ({
				...item,
				QuestionItemId: this.ids.take('questionItem'),
			})),
		}));
	}

	addSendout(surveyId: number, dispatch: NewDispatch, id?: number): SendoutRecord {
		const sendoutId = id ?? this.ids.take('sendout');
		const document = this.addDocument({ name: dispatch.name, sendoutId });
		const sendout: SendoutRecord = {
			id: sendoutId,
			surveyId,
			documentId: document.id,
			primary: this.newDispatch(sendoutId, dispatch, 'PRIMARY'),
			reminders: [],
			texts: new Map(),
			respondentIds: [],
			activatedAt: 0,
			awaitingActivation: [],
			awaitingSendDate: [],
		};
		sendout.texts.set(sendout.primary.DispatchId, textOf(dispatch));
		this.sendouts.set(sendoutId, sendout);
		return sendout;
	}

	/** Whether lists show it yet. See the setting `listedAfterMs`. */
	isListed(added: object): boolean {
		const { listedAfterMs } = this.settings;
		return listedAfterMs === 0 || Date.now() - (this.addedAt.get(added) ?? 0) >= listedAfterMs;
	}

	addReminder(sendout: SendoutRecord, dispatch: NewDispatch): Dispatch {
		const reminder = this.newDispatch(sendout.id, dispatch, 'REMINDER');
		this.addedAt.set(reminder, Date.now());
		sendout.reminders.push(reminder);
		sendout.texts.set(reminder.DispatchId, textOf(dispatch));
		return reminder;
	}

	addDocument(document: Partial<DocumentRecord> & { name: string }): DocumentRecord {
		const record: DocumentRecord = {
			id: document.id ?? this.ids.take('document'),
			created: this.now(),
			description: '',
			labels: [],
			sendoutId: null,
			...document,
		};
		this.documents.set(record.id, record);
		return record;
	}

	addLabel(
		documentId: number,
		name: string,
		type: LabelType,
		options: string[] = [],
		id = this.ids.take('label'),
	): Label {
		const label: Label = {
			BGDataLabelId: id,
			Document: documentId,
			Name: name,
			Type: type,
			Options: [],
		};
		for (const option of options) this.addOption(label, option);
		this.document(documentId).labels.push(label);
		return label;
	}

	/** Adds an option at the end, unless it exists. */
	addOption(label: Label, option: string): void {
		if (label.Options.some(({ Option }) => Option === option)) return;
		label.Options.push({
			BGDataOptionId: this.ids.take('option'),
			Label: label.BGDataLabelId,
			Option: option,
			Order: label.Options.length + 1,
		});
	}

	addRespondent(
		sendout: SendoutRecord,
		contact: string,
		cells: Map<number, string> = new Map(),
		sendMail = true,
		id = this.ids.take('respondent'),
	): RespondentRecord {
		const password = Math.floor(seeded(id) * 36 ** 6)
			.toString(36)
			.padStart(6, '0');
		const path = `/a/s.aspx?s=${sendout.surveyId}X${id}X${parseInt(password, 36)}`;
		const { origin } = this;
		const respondent: RespondentRecord = {
			RespondentId: id,
			Email: contact,
			Password: password,
			// The sample account is added before the port is known.
			get SurveyURL() {
				return origin() + path;
			},
			sendoutId: sendout.id,
			surveyId: sendout.surveyId,
			sendMail,
			accessed: false,
			completed: false,
		};
		this.addedAt.set(respondent, Date.now());
		this.respondents.set(id, respondent);
		this.rows.set(id, { respondentId: id, documentId: sendout.documentId, contact, cells });
		sendout.respondentIds.push(id);
		if (sendMail) sendout.awaitingActivation.push(id);
		const byContact = this.idsByContact.get(sendout.id) ?? new Map<string, number[]>();
		this.idsByContact.set(sendout.id, byContact);
		const key = comparable(contact);
		const same = byContact.get(key);
		if (same) same.push(id);
		else byContact.set(key, [id]);
		return respondent;
	}

	/** Its respondents can no longer be found by their contact. */
	forgetContacts(sendoutId: number): void {
		this.idsByContact.delete(sendoutId);
	}

	addRow(documentId: number, contact: string, cells: Map<number, string>, id?: number): RowRecord {
		const respondentId = id ?? this.ids.take('respondent');
		const row = { respondentId, documentId, contact, cells };
		this.rows.set(respondentId, row);
		return row;
	}

	private newDispatch(sendoutId: number, dispatch: NewDispatch, kind: string): Dispatch {
		return {
			DispatchId: this.ids.take('dispatch'),
			Created: this.now(),
			Sendout: sendoutId,
			Name: dispatch.name,
			SendDate: dispatch.sendDate,
			DoneDate: null,
			DispatchType: dispatch.type,
			SendoutType: kind,
			SendoutLogic: dispatch.logic,
			Activated: false,
		};
	}

	protected found<T>(records: Map<number, T>, what: string, id: number): T {
		const record = records.get(id);
		if (record === undefined) throw notFound(what, id);
		return record;
	}
}

const textOf = ({ sender, subject, message }: MessageText): MessageText => ({
	sender,
	subject,
	message,
});
