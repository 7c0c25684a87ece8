/**
 * `npm run test:sequences [-- number]`: random sequences of people, options, faults and odd answers, 1,000
 * unless a number is given, and other ones each time. `npm test` runs 300, always the same.
 */
import process from 'node:process';
import { Refusal, runCommand } from './command.mjs';
import { report, runJest } from './results.mjs';

runCommand(async () => {
	const [number = process.env.NETIGATE_SEQUENCES ?? '1000'] = process.argv.slice(2);
	if (!/^[1-9]\d*$/.test(number)) {
		throw new Refusal(`The number of sequences is a whole number from 1, not "${number}".`);
	}
	const counts = await runJest(['-c', 'test/jest.config.js', '(engine|unit)/.*\\.property'], {
		...process.env,
		NETIGATE_SEQUENCES: number,
	});
	await report(`npm run test:sequences -- ${number}`, counts);
	return counts.ok ? 0 : 1;
});
