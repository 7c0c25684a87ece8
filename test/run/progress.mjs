/** Shows that something takes long, and that it is still going on. */
import process from 'node:process';

/**
 * Prints `title`, then the elapsed seconds while `work` runs: in place on a terminal, elsewhere as a line every
 * 15 seconds.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const inPlace = Boolean(process.stdout.isTTY);
	if (!inPlace) console.log(title);
	const show = () =>
		inPlace
			? process.stdout.write(`\r\u001b[K${title} (${seconds()} s)`)
			: console.log(`  still at it: ${seconds()} s`);
	if (inPlace) show();
	const timer = setInterval(show, inPlace ? 1_000 : 15_000);
	try {
		const result = await work();
		clearInterval(timer);
		if (inPlace) process.stdout.write(`\r\u001b[K${title}: done in ${seconds()} s\n`);
		else console.log(`  done in ${seconds()} s`);
		return result;
	} catch (error) {
		clearInterval(timer);
		if (inPlace) process.stdout.write('\n');
		throw error;
	}
}
