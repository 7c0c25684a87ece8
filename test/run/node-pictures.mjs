/** Nodes with filled-in fields, whose pictures are in the docs. */

/**
 * @typedef {object} NodePicture
 * @property {string} file in docs/images, without `.png`
 * @property {string} name of the node
 * @property {string} type of this package
 * @property {Record<string, unknown>} parameters
 * @property {Array<Record<string, unknown>>} [items] its input, except for a trigger
 * @property {number} [height] of the window, if the fields need more
 * @property {number} [scrollOutput] the number of pixels to scroll right to the relevant columns
 * @property {boolean} [fieldsOnly] shows only the fields, without a run
 */

/**
 * A choice from a list, with its name in the editor.
 * @type {(value: number, cachedResultName: string) => Record<string, unknown>}
 */
export const chosen = (value, cachedResultName) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName,
});

const attendees = [
	['nina@example.com', 'Nina', 'Nilsson', 'Example AG', 'North'],
	['omar@example.com', 'Omar', 'Okafor', 'Muster GmbH', 'South'],
	['blocked@example.com', 'Petra', 'Pohl', 'Example AG', 'East'],
	['Nina@Example.com', 'Nina', 'Nilsson', 'Example AG', 'North'],
].map(([email, firstName, lastName, company, region]) => {
	return { email, firstName, lastName, company, region };
});

/** @type {(id: number, displayName: string, ...options: string[]) => Record<string, unknown>} */
const column = (id, displayName, ...options) => ({
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

const oncePer30Days = {
	rule: [{ scope: 'survey', after: 'invited', max: 1, days: 30, unit: 'hours24' }],
};

/** @type {NodePicture[]} */
export const nodePictures = [
	{
		file: 'account-check',
		name: 'Check Account',
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
			rules: oncePer30Days,
			options: { holdMinutes: 60 },
		},
		items: attendees,
		scrollOutput: 620,
	},
	{
		file: 'add-respondents',
		name: 'Invite Attendees',
		type: 'netigate',
		parameters: {
			resource: 'respondent',
			operation: 'add',
			surveyId: chosen(501, 'Post-event survey'),
			sendoutId: chosen(7001, 'Attendees by email'),
			contact: '={{ $json.email }}',
			quarantineDays: 30,
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
		name: 'Ask After the Call',
		type: 'netigate',
		parameters: {
			resource: 'sendout',
			operation: 'launch',
			surveyId: chosen(502, 'Support survey'),
			mode: 'onePerItem',
			name: '=Sales call {{ $json.dealId }}',
			type: 'EMAIL',
			sendDate: '={{ $now.plus(1, "day") }}',
			sender: 'surveys@example.com',
			subject: '=How was our call, {{ $json.firstName }}?',
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
 * A workflow with this node for `importWorkflow`. The input is pinned to the start.
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
		...node,
		id: `${file}-start`,
		name: 'Start',
		type: 'n8n-nodes-base.manualTrigger',
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
