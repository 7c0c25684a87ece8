/** The nodes whose pictures the documents show, with their fields filled in. */

/**
 * @typedef {object} NodePicture
 * @property {string} file in docs/images, without `.png`
 * @property {string} name of the node
 * @property {string} type of this package
 * @property {Record<string, unknown>} parameters
 * @property {Array<Record<string, unknown>>} [items] what comes in; not for a trigger
 * @property {number} [height] of the window, where the fields need more
 * @property {number} [scrollOutput] so many pixels to the right, to what matters
 * @property {boolean} [fieldsOnly] without input and output, and without a run
 */

/** What is chosen from a list, and the words it is shown by. */
export const chosen = (/** @type {number} */ value, /** @type {string} */ cachedResultName) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName,
});

const attendees = [
	{
		email: 'nina@example.com',
		firstName: 'Nina',
		lastName: 'Nilsson',
		company: 'Example AG',
		region: 'North',
	},
	{
		email: 'omar@example.com',
		firstName: 'Omar',
		lastName: 'Okafor',
		company: 'Muster GmbH',
		region: 'South',
	},
	{
		email: 'blocked@example.com',
		firstName: 'Petra',
		lastName: 'Pohl',
		company: 'Example AG',
		region: 'East',
	},
	{
		email: 'Nina@Example.com',
		firstName: 'Nina',
		lastName: 'Nilsson',
		company: 'Example AG',
		region: 'North',
	},
];

const column = (
	/** @type {number} */ id,
	/** @type {string} */ displayName,
	/** @type {string[]} */ ...options
) => ({
	id: String(id),
	displayName,
	required: false,
	defaultMatch: false,
	display: true,
	readOnly: false,
	removed: false,
	type: options.length > 0 ? 'options' : 'string',
	...(options.length > 0 ? { options: options.map((name) => ({ name, value: name })) } : {}),
});

const rules = (/** @type {number} */ days) => ({
	rule: [{ scope: 'survey', after: 'invited', max: 1, days, unit: 'hours24' }],
});

/** @type {NodePicture[]} */
export const nodePictures = [
	{
		file: 'account-check',
		name: 'Check the account',
		type: 'netigate',
		parameters: { resource: 'account', operation: 'check' },
		items: [],
	},
	{
		file: 'quarantine-node',
		name: 'May Be Asked?',
		type: 'netigateQuarantine',
		parameters: {
			operation: 'reserve',
			contact: '={{ $json.email }}',
			surveyId: chosen(502, 'Support survey'),
			rules: rules(30),
			options: { holdMinutes: 60 },
		},
		items: attendees,
	},
	{
		file: 'add-respondents',
		name: 'Invite Attendees',
		type: 'netigate',
		parameters: {
			resource: 'respondent',
			operation: 'add',
			surveyId: chosen(501, 'Post-event survey'),
			sendoutId: chosen(7001, 'Attendees by e-mail'),
			contact: '={{ $json.email }}',
			quarantine: { rules: rules(30) },
			backgroundData: {
				mappingMode: 'defineBelow',
				value: {
					4001: '={{ $json.firstName }}',
					4002: '={{ $json.lastName }}',
					4003: '={{ $json.company }}',
					4004: 'German',
					4005: '={{ $json.region }}',
				},
				matchingColumns: [],
				schema: [
					column(4001, 'First name'),
					column(4002, 'Last name'),
					column(4003, 'Company'),
					column(4004, 'Language', 'English', 'German', 'Swedish'),
					column(4005, 'Region', 'North', 'South', 'East', 'West'),
				],
			},
			preview: true,
			options: {},
		},
		items: attendees,
		height: 1900,
		fieldsOnly: true,
	},
	{
		file: 'launch-sendout',
		name: 'Ask After the Talk',
		type: 'netigate',
		parameters: {
			resource: 'sendout',
			operation: 'launch',
			surveyId: chosen(502, 'Support survey'),
			mode: 'onePerItem',
			name: '=Sales talk {{ $json.dealId }}',
			type: 'EMAIL',
			sendDate: '={{ $now.plus(1, "day") }}',
			sender: 'surveys@example.com',
			subject: '=How was our talk, {{ $json.firstName }}?',
			message:
				'=Hello {{ $json.firstName }},\n\nhow was it? [your placeholder for the survey link]',
			contact: '={{ $json.email }}',
			reminders: {
				reminder: [
					{ name: 'After a week', when: 'afterDays', afterDays: 7, sendoutLogic: 'NOT_COMPLETED' },
				],
			},
			options: {},
		},
		items: [{ dealId: 4711, email: 'nina@example.com', firstName: 'Nina' }],
		height: 1900,
		fieldsOnly: true,
	},
	{
		file: 'trigger-node',
		name: 'Unhappy Answer',
		type: 'netigateTrigger',
		parameters: {
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			surveyIds: [502],
			event: 'completed',
			conditions: {
				condition: [{ questionItemId: 12100, operation: 'atMost', value: '2' }],
			},
			options: { includeContact: true },
		},
		scrollOutput: 850,
	},
	{
		file: 'get-results',
		name: 'Results of This Year',
		type: 'netigate',
		parameters: {
			resource: 'result',
			operation: 'getMany',
			surveyId: chosen(502, 'Support survey'),
			includeAnswers: true,
			returnAll: true,
			filters: { from: '={{ $now.startOf("year") }}', completed: true },
			simplify: true,
			options: { includeContact: true, shape: 'flat' },
		},
		items: [],
		scrollOutput: 820,
	},
];

/**
 * The workflow with such a node, for `importWorkflow`: its input stands pinned at its start.
 * @param {NodePicture} picture
 */
export function workflowOf({ file, name, type, parameters, items }) {
	const node = {
		id: `${file}-node`,
		name,
		type: `n8n-nodes-netigate.${type}`,
		typeVersion: 1,
		position: [220, 0],
		parameters,
	};
	const start = {
		id: `${file}-start`,
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	return {
		name,
		nodes: items ? [start, node] : [node],
		connections: items ? { Start: { main: [[{ node: name, type: 'main', index: 0 }]] } } : {},
		pinData: items?.length ? { Start: items.map((json) => ({ json })) } : {},
		settings: { executionOrder: 'v1' },
	};
}
