import { useSandbox } from '../sandbox/useSandbox';
import { adminOf, callerOf, person } from './client';

const minute = 60_000;
const day = 24 * 60 * minute;

const sandbox = useSandbox({}, { once: true });
const call = callerOf(sandbox);
beforeEach(() => {
	sandbox.clock.set('2030-01-01T12:00:00Z');
	sandbox.clock.freeze();
	sandbox.state.survey(501).EndDate = '2031-01-01T00:00:00Z';
});

const email = '/surveys/501/sendouts/7001';
const add = async (contact: string, path = email) =>
	(await call('POST', `${path}/respondents`, person(contact))).data as { RespondentId: number };
const activate = (path = email) => call('POST', `${path}/activate`, {});
const asked = () =>
	sandbox.state.invitations.map(({ contact, kind, at }) => `${kind} ${contact} ${at}`);

const texts = { sender: 'Example', subject: 's', message: 'm' };

async function newSendout(sendDate: string): Promise<string> {
	const body = { name: 'Later', type: 'EMAIL', sendDate, ...texts };
	const { data } = await call('POST', '/surveys/501/sendouts', body);
	const { SendoutId } = (data as { CreateSendoutResult: { SendoutId: number } })
		.CreateSendoutResult;
	return `/surveys/501/sendouts/${SendoutId}`;
}

const remind = (path: string, sendoutLogic: string, sendDate: string) =>
	call('POST', `${path}/reminders`, { name: sendoutLogic, sendoutLogic, sendDate, ...texts });

/** Adds someone to a sendout and activates it. */
async function invite(contact: string, path = email): Promise<{ RespondentId: number }> {
	const added = await add(contact, path);
	await activate(path);
	return added;
}

describe('invitations', () => {
	it('go to people added later only when the sendout is activated again', async () => {
		await invite('a@example.com');
		await add('b@example.com');
		sandbox.clock.advance(day);
		expect(sandbox.state.invitations).toHaveLength(1);
		await activate();
		expect(asked()).toEqual([
			'invitation a@example.com 2030-01-01T12:00:00Z',
			'invitation b@example.com 2030-01-02T12:00:00Z',
		]);
	});

	it('are sent and dated at the send date', async () => {
		const path = await newSendout('2030-01-10T08:00:00Z');
		await invite('a@example.com', path);
		expect(asked()).toEqual([]);
		sandbox.clock.advance(30 * day);
		expect(asked()).toEqual(['invitation a@example.com 2030-01-10T08:00:00Z']);
		const { data } = await call('GET', path);
		expect((data as { Primary: object }).Primary).toMatchObject({
			Activated: true,
			DoneDate: '2030-01-10T08:00:00Z',
		});
	});

	it('are canceled if the sendout is deactivated', async () => {
		const path = await newSendout('2030-01-10T08:00:00Z');
		await invite('a@example.com', path);
		await call('POST', `${path}/deactivate`, {});
		sandbox.clock.advance(30 * day);
		expect(asked()).toEqual([]);
		await activate(path);
		expect(asked()).toEqual(['invitation a@example.com 2030-01-31T12:00:00Z']);
	});

	it('are not sent if sendMail is false or in a login sendout', async () => {
		await invite('anna', '/surveys/501/sendouts/7003');
		await call('POST', `${email}/respondents`, { ...person('a@example.com'), sendMail: false });
		await activate();
		expect(asked()).toEqual([]);
	});
});

describe('reminders', () => {
	it.each([
		['ALL', ['none', 'begun', 'done', 'unsent']],
		['NOT_COMPLETED', ['none', 'begun', 'unsent']],
		['NOT_ACCESSED', ['none', 'unsent']],
		['COMPLETED', ['done']],
		['VISITED_NOT_COMPLETED', ['begun']],
		['NOT_SENT', ['unsent']],
	])('%s are sent once, on their date, to the right people', async (logic, expected) => {
		const path = await newSendout('2030-01-01T12:00:00Z');
		await remind(path, logic, '2030-01-08T12:00:00Z');
		await add('none@example.com', path);
		const begun = await add('begun@example.com', path);
		const done = await add('done@example.com', path);
		await activate(path);
		await add('unsent@example.com', path);
		sandbox.people.answerNow(sandbox.state.respondents.get(done.RespondentId)!, true);
		sandbox.changeSettings({ answerDurationMs: 90 * day });
		sandbox.people.answerNow(sandbox.state.respondents.get(begun.RespondentId)!, false);
		sandbox.clock.advance(6 * day);
		expect(sandbox.state.invitations.filter(({ kind }) => kind === 'reminder')).toEqual([]);
		sandbox.clock.advance(20 * day);
		const reminded = sandbox.state.invitations.filter(({ kind }) => kind === 'reminder');
		expect(reminded.map(({ contact }) => contact.split('@')[0])).toEqual(expected);
		for (const { at } of reminded) expect(at).toBe('2030-01-08T12:00:00Z');
	});

	it('depend only on answers before their date', async () => {
		sandbox.changeSettings({ answerAfterMs: 10 * day });
		const path = await newSendout('2030-01-01T12:00:00Z');
		await remind(path, 'NOT_COMPLETED', '2030-01-08T12:00:00Z');
		await remind(path, 'NOT_COMPLETED', '2030-01-15T12:00:00Z');
		await invite('a@example.com', path);
		sandbox.clock.advance(60 * day);
		expect(asked()).toEqual([
			'invitation a@example.com 2030-01-01T12:00:00Z',
			'reminder a@example.com 2030-01-08T12:00:00Z',
		]);
	});

	it('created after activation wait for the next activation', async () => {
		await invite('a@example.com');
		await remind(email, 'ALL', '2030-01-08T12:00:00Z');
		sandbox.clock.advance(10 * day);
		expect(sandbox.state.invitations).toHaveLength(1);
	});
});

describe('answers', () => {
	const sets = async (query = '') =>
		(await call('GET', `/surveys/501/answersWithData${query}`)).data as {
			AnswerSets: Array<{
				Completed: string | null;
				Created: string;
				Updated: string;
				Respondent: number;
				Answers: Array<Record<string, unknown>>;
			}>;
		};

	it('arrive after the set time, first unfinished, then complete', async () => {
		sandbox.changeSettings({ answerAfterMs: 5 * minute, answerDurationMs: minute });
		const { RespondentId } = await invite('a@example.com');
		sandbox.clock.advance(5 * minute - 1);
		expect((await sets()).AnswerSets).toEqual([]);
		sandbox.clock.advance(1);
		const [begun] = (await sets()).AnswerSets;
		const at = '2030-01-01T12:05:00Z';
		const unfinished = { Respondent: RespondentId, Completed: null, Created: at, Updated: at };
		expect(begun).toMatchObject(unfinished);
		expect((await sets('?completed=true')).AnswerSets).toEqual([]);
		sandbox.clock.advance(minute);
		const [done] = (await sets('?completed=true')).AnswerSets;
		const end = '2030-01-01T12:06:00Z';
		expect(done).toMatchObject({ Completed: end, Updated: end });
		expect(done.Answers.length).toBeGreaterThan(begun.Answers.length);
		sandbox.clock.advance(day);
		expect((await sets()).AnswerSets).toHaveLength(1);
	});

	it('arrive only while the survey is active and has not ended', async () => {
		sandbox.changeSettings({ answerAfterMs: 5 * minute });
		await invite('a@example.com');
		const change = async (survey: object) =>
			await adminOf(sandbox)('POST', '/survey', { SurveyId: 501, ...survey });
		await change({ Activated: false });
		sandbox.clock.advance(day);
		expect((await sets()).AnswerSets).toEqual([]);
		await change({ Activated: true, EndDate: '2030-01-02T12:10:00Z' });
		await invite('b@example.com');
		sandbox.changeSettings({ answerAfterMs: 20 * minute });
		await invite('c@example.com');
		sandbox.clock.advance(day);
		const { AnswerSets } = await sets();
		expect(
			AnswerSets.map(({ Respondent }) => sandbox.state.respondents.get(Respondent)!.Email),
		).toEqual(['b@example.com']);
	});

	it('come from the same people each time if only a share answers', async () => {
		const answering = async () => {
			sandbox.reset();
			sandbox.changeSettings({ answerAfterMs: 0, answerDurationMs: 0, answerShare: 0.3 });
			const surveyRespondents = Array.from({ length: 500 }, (_, i) => person(`p${i}@example.com`));
			await call('POST', `${email}/respondents/batch`, { surveyRespondents });
			await activate();
			return sandbox.state.answerSetsOf(501).map((set) => set.Respondent);
		};
		const first = await answering();
		expect(first.length).toBeGreaterThan(100);
		expect(first.length).toBeLessThan(200);
		expect(await answering()).toEqual(first);
	});

	it('have the form in the contract for each question type', async () => {
		const { data } = await call('GET', '/surveys/502/answers/90001');
		const { Answers } = data as { Answers: Array<Record<string, unknown>> };
		const of = (type: string) => Answers.filter((answer) => answer.QuestionType === type);
		for (const type of ['RADIOBUTTON', 'DROPDOWN', 'WEIGHTED_RADIOBUTTON']) {
			expect(of(type)).toHaveLength(1);
			const AnswerText = expect.stringMatching(/./) as unknown;
			expect(of(type)[0]).toMatchObject({ QuestionText: '', AnswerText });
			expect(of(type)[0].AnswerNumeric).toBeGreaterThanOrEqual(1);
		}
		expect(of('RADIOBUTTON')[0].AnswerWeight).toBeNull();
		expect(of('WEIGHTED_RADIOBUTTON')[0].AnswerWeight).toEqual(expect.any(Number));
		expect(of('TEXT_FIELD')).toHaveLength(2);
		const text = { QuestionText: 'Anything else?', AnswerWeight: null };
		expect(of('TEXT_FIELD')[0]).toMatchObject(text);
		expect(of('MATRIX')).toHaveLength(3);
		expect(of('SLIDER')).toHaveLength(1);
		const boxes = of('CHECKBOX');
		expect(boxes[0]).toMatchObject({ QuestionText: 'What did you use?' });
		for (const box of boxes) expect(box).toMatchObject({ AnswerNumeric: -1, AnswerText: '' });
		expect(new Set(Answers.map(({ AnswerId }) => AnswerId)).size).toBe(Answers.length);
		expect((await call('GET', '/surveys/502/answers/90001')).data).toEqual(data);
	});

	it('follow a script', async () => {
		const answers = {
			12100: 'Very unsatisfied',
			12102: ['Chat', 'Phone'],
			12104: { Speed: 'Poor', Friendliness: 'Good', Knowledge: 'Fair' },
			12105: 'I want to cancel',
		};
		const { data } = await adminOf(sandbox)('POST', '/answer', { respondentId: 60_004, answers });
		const { AnswerSetId, Respondent } = data as { AnswerSetId: number; Respondent: number };
		expect(Respondent).toBe(60_004);
		const set = sandbox.state.answerSet(502, AnswerSetId);
		const said = sandbox.state.answersOf(set);
		const textsOf = (item: number) =>
			said
				.filter(({ QuestionItem }) => QuestionItem === item)
				.map(({ QuestionText, AnswerText }) => AnswerText || QuestionText);
		expect(textsOf(12_100)).toEqual(['Very unsatisfied']);
		expect(textsOf(12_102)).toEqual(['What did you use?', 'Chat', 'Phone']);
		expect(textsOf(12_104)).toEqual(['Poor', 'Good', 'Fair']);
		expect(textsOf(12_105)).toEqual(['I want to cancel']);
		expect(said.find(({ QuestionItem }) => QuestionItem === 12_100)).toMatchObject({
			AnswerNumeric: 1,
			AnswerWeight: 1,
		});
	});

	it('that arrive during paging are added at the end', async () => {
		const first = await call('GET', '/surveys/502/answersWithData?pagesize=3&page=1');
		await adminOf(sandbox)('POST', '/answer', { surveyId: 502, count: 2 });
		const second = await call('GET', '/surveys/502/answersWithData?pagesize=3&page=2');
		expect(first.data).toMatchObject({ TotalPages: 2 });
		expect(second.data).toMatchObject({ TotalPages: 3 });
	});

	it('get a new date if they are changed', async () => {
		const completed = '2030-01-01T11:00:00Z';
		const change = { answerSetId: 90_003, completed };
		const { data } = await adminOf(sandbox)('POST', '/answer', change);
		expect(data).toMatchObject({ Completed: completed, Updated: '2030-01-01T12:00:00Z' });
		const updated = await call('GET', '/surveys/502/answers?updated=2030-01-01T11:59:59Z');
		expect(updated.data).toHaveLength(1);
	});
});

describe('copies', () => {
	it("have the contract's defaults", async () => {
		const { data } = await call('GET', '/surveys/502/copy');
		expect(data).toMatchObject({
			Name: 'Support survey',
			StartDate: '2030-01-01T12:00:00Z',
			EndDate: '2030-01-15T12:00:00Z',
			Category: '-999',
			Activated: true,
		});
		const { SurveyId } = data as { SurveyId: number };
		expect((await call('GET', `/surveys/${SurveyId}/questions`)).data).toHaveLength(8);
		expect((await call('GET', `/surveys/${SurveyId}/answers`)).data).toEqual([]);
		expect((await call('GET', `/surveys/${SurveyId}/sendouts`)).data).toEqual([]);
	});

	it('use the given values', async () => {
		const query =
			'surveyname=New%20%26%20better&startdate=2030-02-01T00:00:00Z&enddate=2030-03-01T00:00:00Z' +
			'&categoryid=52&copyanswers=True&copylogic=True&copysendoutids=7011,7012&active=False';
		const { data } = await call('GET', `/surveys/502/copy?${query}`);
		expect(data).toMatchObject({
			Name: 'New & better',
			StartDate: '2030-02-01T00:00:00Z',
			EndDate: '2030-03-01T00:00:00Z',
			Category: '52',
			Activated: false,
		});
		const { SurveyId } = data as { SurveyId: number };
		expect((await call('GET', `/surveys/${SurveyId}/answers`)).data).toHaveLength(5);
		const { data: sendouts } = await call('GET', `/surveys/${SurveyId}/sendouts`);
		expect(
			(sendouts as Array<{ Primary: { Name: string } }>).map((one) => one.Primary.Name),
		).toEqual(['Ticket closed', 'Ticket closed, two-way']);
	});
});

describe('respondent lists', () => {
	it('can be written, read, changed and cleared', async () => {
		const rows = '/bgdata/bgdocuments/8002/rows';
		const pair = (Key: number, Value: string) => ({ Key: String(Key), Value });
		const added = await call('POST', rows, {
			contactDetails: 'gus@example.com',
			cellData: [pair(4811, 'Gus'), pair(4814, 'Sales')],
		});
		const { RespondentId } = (added.data as { AddRowResult: { RespondentId: number } })
			.AddRowResult;
		await call('PUT', `${rows}/${RespondentId}`, { cellData: [pair(4814, 'Support')] });
		await call('DELETE', `${rows}/${RespondentId}`, { labels: [4811] });
		const { data } = await call('POST', `${rows}/${RespondentId}`, { labels: [4811, 4814] });
		expect(data).toEqual({
			GetCellsResult: {
				RespondentId,
				Cells: [
					{ labelId: 4811, value: '' },
					{ labelId: 4814, value: 'Support' },
				],
			},
		});
	});

	it("of sendouts are accessed by their labels' document", async () => {
		const [label] = (await call('GET', '/surveys/502/sendouts/7011/labels')).data as Array<{
			Document: number;
			BGDataLabelId: number;
		}>;
		const row = `/bgdata/bgdocuments/${label.Document}/rows/60001`;
		const cellData = [{ Key: String(label.BGDataLabelId), Value: 'Annette' }];
		expect((await call('PUT', row, { cellData })).status).toBe(200);
		expect(sandbox.state.rows.get(60_001)!.cells.get(label.BGDataLabelId)).toBe('Annette');
		expect((await call('GET', '/bgdata/bgdocuments')).data).toHaveLength(3);
	});
});
