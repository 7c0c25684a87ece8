import { addAll, inLanes, type Bare, type Person } from './bare';

/** What a launch takes at least: create, one label, respondents, one reminder, activate. */
export const bareLaunch: Bare = (post, parameters) => {
	const survey = `/surveys/${(parameters.surveyId as { value: string }).value}/sendouts`;
	const texts = {
		sender: parameters.sender,
		subject: parameters.subject,
		message: parameters.message,
	};
	const sendDate = String(parameters.sendDate);

	async function launch(name: string, people: Person[]) {
		const { SendoutId } = await post<{ SendoutId: number }>(survey, {
			name,
			type: 'EMAIL',
			sendDate,
			...texts,
		});
		const path = `${survey}/${SendoutId}`;
		const { BGDataLabelId } = await post<{ BGDataLabelId: number }>(`${path}/labels`, {
			name: 'Name',
			labelType: 'TEXT',
		});
		await addAll(post, path, String(BGDataLabelId), people);
		const week = new Date(Date.parse(sendDate) + 7 * 24 * 3600_000).toISOString();
		await post(`${path}/reminders`, {
			name: 'After a week',
			sendoutLogic: 'NOT_COMPLETED',
			sendDate: week.replace('.000Z', 'Z'),
			...texts,
		});
		await post(`${path}/activate`, {});
	}

	return async (people) => {
		if (parameters.mode === 'oneForAll') await launch('Launched', people);
		else await inLanes(people, async (one) => await launch(`Launched ${one.email}`, [one]));
	};
};
