import { startSandbox } from '../sandbox';
import { adding, measure, oneDecimal, people, type Contender } from './contender';
import { table } from '../run/results.mjs';

/*
 * Compares the peak memory of respondent.add with a node that only passes on the same items. The memory per item
 * should be the same for 1,000 and 100,000 items.
 */

const COUNTS = [1_000, 10_000, 100_000];

async function main() {
	const sandbox = await startSandbox();
	const contender = (name: string, count: number): Contender => ({
		name,
		url: sandbox.url,
		apiKey: sandbox.apiKey,
		items: people(count),
		type: 'test.sink',
		parameters: {},
	});
	const rows: Array<Array<string | number>> = [];
	for (const count of COUNTS) {
		sandbox.reset();
		const passed = await measure(contender('Items passed on', count));
		const added = await measure({ ...contender('Netigate: Respondent > Add', count), ...adding });
		const more = added.peakMb - passed.peakMb;
		rows.push([
			count,
			oneDecimal(passed.peakMb),
			oneDecimal(added.peakMb),
			oneDecimal((more * 1024) / count),
			oneDecimal(added.ms / 1000),
			oneDecimal((added.ms * 1000) / count),
			added.output,
		]);
	}
	console.log(`No delay, Node ${process.version}; the figures are of whole processes`);
	const heading = ['contacts', 'passed on MB', 'added MB', 'KB more each', 'seconds', 'µs each'];
	console.log(table([...heading, 'output'], rows));
	await sandbox.close();
}

void main();
