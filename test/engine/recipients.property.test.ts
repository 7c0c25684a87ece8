import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { recipientFor } from '../../nodes/shared/input/contact';
import { NetigateQuarantine } from '../../nodes/NetigateQuarantine/NetigateQuarantine.node';
import { forgetTable } from '../../nodes/shared/quarantine/ledger/table';
import { forgetLocations } from '../../nodes/shared/tables/tableLocation';
import { sampleIds } from '../sandbox';
import { useSandbox } from '../sandbox/useSandbox';
import { DataTables } from './dataTables';
import { createEngine } from './harness';
import { LedgerHost } from './quarantineLedger';
import { adding, locator, syncing } from './sendoutParameters';

/* Two spellings of a contact must be the same person everywhere, or different people everywhere. */

const { postEventEmail, postEventSms, postEventLogin } = sampleIds.sendouts;
const QUARANTINE = 'n8n-nodes-netigate.netigateQuarantine';
const COUNTRY = 'SE';

const sandbox = useSandbox();
const netigate = {
	get url() {
		return sandbox.url;
	},
	get apiKey() {
		return sandbox.apiKey;
	},
	defaultCountry: COUNTRY,
};
const engine = createEngine(netigate, { [QUARANTINE]: new NetigateQuarantine() });

type ContactType = 'email' | 'phone' | 'login';

const SENDOUTS = { email: postEventEmail, phone: postEventSms, login: postEventLogin };

/** The ways to write a contact. */
const spellings: Record<ContactType, string[][]> = {
	email: ['anna@example.com', 'ben@example.com', 'ben+1@example.com'].map((plain) => [
		...[plain, plain.toUpperCase(), ` ${plain}; `, `A <${plain}>`, `mailto:${plain}`],
	]),
	phone: ['46735123456', '46735123457', '298212345', '4915123456789'].map((digits) => {
		const [code, rest] = [digits.slice(0, 2), digits.slice(2)];
		const coded = [digits, `+${digits}`, `00${digits}`, `+${code} ${rest}`, `${code} ${rest}`];
		return code === '46' ? [...coded, rest, `0${rest}`, `(073) ${rest.slice(2)}`] : coded;
	}),
	login: [
		['Anna.Berg', 'anna.berg', ' ANNA.BERG'],
		['C##ADMIN', 'c##admin'],
		...[['Nil', 'NIL'], ['null'], ['234-512-345'], ['234512345'], ['0123456789']],
		...[['123456789'], ['46735123456'], ['46-735123456']],
	],
};

const pair = fc.constantFrom<ContactType>('email', 'phone', 'login').chain((type) => {
	const groups = spellings[type];
	const two = (of: string[]) => fc.tuple(fc.constantFrom(...of), fc.constantFrom(...of));
	const same = fc.constantFrom(...groups.filter(({ length }) => length > 1)).chain(two);
	return fc.oneof(same, two(groups.flat())).map(([one, other]) => ({ type, one, other }));
});

const run = async (items: string[], parameters: IDataObject, more = {}) => {
	const { outputs, error } = await engine.run({
		items: items.map((email) => ({ email })),
		parameters,
		...more,
	});
	expect(error).toBeUndefined();
	return outputs.map((items) => items.map(({ json }) => json));
};

/** Each way to compare two contacts: whether it treats them as one person. */
const comparers: Record<
	string,
	(type: ContactType, one: string, other: string) => Promise<boolean>
> = {
	async duplicates(type, one, other) {
		const [items] = await run([one, other], add(type, { preview: true }));
		return items[1].reason === 'duplicateInInput';
	},
	async existing(type, one, other) {
		await run([one], add(type));
		const [[{ reason }]] = await run([other], add(type));
		return reason === 'existing';
	},
	async blocked(type, one, other) {
		sandbox.state.blocklist.add(one);
		const [[{ reason }]] = await run([other], add(type, { preview: true }));
		return reason === 'blocked';
	},
	async 'the block list by itself'(type, one, other) {
		sandbox.state.blocklist.add(one);
		const check = { resource: 'blocklist', operation: 'check', contactType: type };
		const [[{ blocked }]] = await run([other], { ...check, contact: '={{ $json.email }}' });
		return blocked === true;
	},
	async quarantine(type, one, other) {
		const [, quarantined] = await run(
			[one, other],
			{
				operation: 'reserve',
				contact: '={{ $json.email }}',
				contactType: type,
				surveyId: locator('501'),
				options: {},
			},
			{ type: QUARANTINE, outputs: 2, additionalData: new LedgerHost().additionalData },
		);
		return quarantined.length > 0;
	},
	async 'quarantine of Add'(type, one, other) {
		const quarantine = { rules: { rule: [{ scope: 'survey', days: 30 }] } };
		const [items] = await run(
			[one, other],
			add(type, { quarantine, existing: 'add', options: { duplicatesInInput: 'add' } }),
			{ additionalData: new LedgerHost().additionalData },
		);
		return items[1].reason === 'duplicateInRun';
	},
	async 'list sync'(type, one, other) {
		const { executeWorkflow } = new DataTables();
		const [items] = await run(
			[one, other],
			syncing({ contactType: type, options: { firstRun: 'add' } }),
			{ additionalData: { executeWorkflow } },
		);
		return items.filter(({ status }) => status === 'added').length === 1;
	},
};

const add = (type: ContactType, more: IDataObject = {}) =>
	adding({
		sendoutId: locator(String(SENDOUTS[type])),
		requestOptions: { settleSeconds: 0.01 },
		...more,
	});

test.each(Object.keys(comparers))('%s', async (name) => {
	await fc.assert(
		fc.asyncProperty(
			pair,
			fc.constantFrom('asSent', 'capitals', 'named', 'rewritten'),
			async ({ type, one, other }, listedEmail) => {
				sandbox.reset();
				forgetTable('w1');
				forgetLocations();
				// Only an email address can have a name before it.
				const named = listedEmail === 'named' && type !== 'email';
				sandbox.changeSettings({ listedEmail: named ? 'asSent' : listedEmail });
				const [a, b] = [one, other].map(
					(contact) => recipientFor({ type, defaultCountry: COUNTRY }, contact).key,
				);
				expect(await comparers[name](type, one, other)).toBe(a === b);
			},
		),
		{ numRuns: 40 },
	);
});
