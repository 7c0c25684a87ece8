import { quarantine } from '../e2e/quarantine/workflows';
import { startN8n } from '../run/n8n-server.mjs';
import { table } from '../run/results.mjs';
import { contender, LOGGED, median, UNDER_TEST } from './quarantineContender';

/*
 * Reserve with consent, a sample and sending hours, compared with Reserve without them, in the real n8n server. All
 * contacts are new and allowed, because refused contacts need less work. Runs alternate, so that other load on the
 * machine affects both equally.
 */

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const ALL_SETTINGS = {
	consent: '={{ $json.consent }}',
	// 100% is the default, so leave out one in a million.
	samplePercent: 99.9999,
	sendingHours: {
		window: [
			{ days: WEEK, from: '06:00', to: '18:00' },
			{ days: WEEK, from: '18:00', to: '06:00' },
		],
		holidays: [{ dates: '2000-12-25, 2000-12-26' }],
		timeZone: [{ timeZone: 'Europe/Berlin' }],
	},
};

/** The number of contacts, and the number of runs of each contender. */
const CASES: Array<[contacts: number, runs: number]> = [
	[1, 60],
	[10_000, 15],
];

async function main() {
	const n8n = await startN8n({ env: LOGGED });
	try {
		const nodeWith = (options: object) => ({ ...quarantine({ options }), name: UNDER_TEST });
		const allowsAll = (passed: number, count: number) => passed >= count - 1;
		const contenders = [
			await contender(n8n, 'without', nodeWith({})),
			await contender(n8n, 'with all settings', nodeWith(ALL_SETTINGS), allowsAll),
		];
		// The first runs create the table and compile the code.
		for (const count of [1, 10_000, 1, 10_000]) for (const one of contenders) await one.run(count);
		const rows: string[][] = [];
		for (const [count, runs] of CASES) {
			const times: number[][] = contenders.map(() => []);
			for (let run = 0; run < runs; run++) {
				const order = run % 2 === 0 ? [0, 1] : [1, 0];
				for (const index of order) times[index].push(await contenders[index].run(count));
			}
			const [without, all] = times.map(median);
			const slower = `${(100 * (all / without - 1)).toFixed(1)} %`;
			rows.push([`${count.toLocaleString('en')}`, `${without} ms`, `${all} ms`, slower]);
		}
		console.log(table(['contacts', ...contenders.map(({ name }) => name), 'slower'], rows));
	} finally {
		await n8n.stop();
	}
}

void main();
