/** Shared by all commands in this folder: clear errors, cleanup at the end, and progress. */
import process from 'node:process';

/** An error that the user can fix. Only its message is shown. */
export class Refusal extends Error {
	/**
	 * @param {string} message what happened and what to do
	 * @param {string} [details] printed before it: the end of a log, a command's output
	 */
	constructor(message, details) {
		super(message);
		this.name = 'Refusal';
		this.details = details;
	}
}

/** @type {Array<() => Promise<void> | void>} */
const endings = [];

/**
 * Runs `ending` once when the command ends, in reverse order. `kill -9` leaves no time for this, so guard.mjs ends
 * programs in that case.
 * @param {() => Promise<void> | void} ending
 * @returns {() => void} cancels it, if it is no longer needed
 */
export function atTheEnd(ending) {
	endings.push(ending);
	return () => {
		const index = endings.indexOf(ending);
		if (index !== -1) endings.splice(index, 1);
	};
}

let leaving = false;

/** @param {number} code the exit code */
async function leave(code) {
	if (leaving) return;
	leaving = true;
	for (let ending = endings.pop(); ending; ending = endings.pop()) {
		try {
			await ending();
		} catch (error) {
			console.error(`While ending: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	process.exit(code);
}

/**
 * Runs a command's main function and exits with the code that it returns, or with 1 after a failure. Ctrl-C exits with
 * 130 and SIGTERM with 143, or both with 0 if `upUntilEnded` says that the command has finished and only waits for
 * the user.
 * @param {() => Promise<number | void>} main
 * @param {{ upUntilEnded?: () => boolean }} [options]
 */
export function runCommand(main, { upUntilEnded = () => false } = {}) {
	const signals = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
	for (const [signal, code] of Object.entries(signals))
		process.on(signal, () => void leave(upUntilEnded() ? 0 : code));
	/** @param {unknown} error */
	const fail = (error) => {
		if (leaving) return;
		if (error instanceof Refusal) {
			if (error.details) console.error(`${error.details}\n`);
			console.error(error.message);
		} else {
			console.error(error);
		}
		void leave(1);
	};
	process.on('uncaughtException', fail);
	process.on('unhandledRejection', fail);
	main().then((code) => leave(code ?? 0), fail);
}

/** @type {Array<{ title: string, started: number }>} the tasks that are running now */
const waits = [];

/** The number of terminal lines that show `waits`. */
let drawn = 0;

/** @type {NodeJS.Timeout | undefined} */
let clock;

/**
 * Prints `title` and the elapsed seconds while `work` runs. In a terminal, the line is updated in place. Otherwise, a
 * line is printed every 15 seconds. Several can run at the same time.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
	const wait = { title, started: Date.now() };
	const inPlace = Boolean(process.stdout.isTTY);
	waits.push(wait);
	clock ??= setInterval(inPlace ? draw : printWaits, inPlace ? 1_000 : 15_000);
	if (inPlace) draw();
	else console.log(title);
	/** @param {string} [end] a line to print */
	const finish = (end) => {
		waits.splice(waits.indexOf(wait), 1);
		if (inPlace) erase();
		if (end) console.log(end);
		if (inPlace) draw();
		if (waits.length > 0) return;
		clearInterval(clock);
		clock = undefined;
	};
	try {
		const result = await work();
		finish(`${title}: done in ${seconds(wait)}`);
		return result;
	} catch (error) {
		finish(inPlace ? title : undefined);
		throw error;
	}
}

/** @param {{ started: number }} wait */
function seconds({ started }) {
	return `${Math.round((Date.now() - started) / 1000)} s`;
}

function printWaits() {
	const lines = waits.map((wait) => `${wait.title.split(' (')[0]} (${seconds(wait)})`);
	console.log(`  still running: ${lines.join(', ')}`);
}

function erase() {
	if (drawn > 0) process.stdout.write(`\u001b[${drawn}A\u001b[J`);
	drawn = 0;
}

function draw() {
	erase();
	const width = (process.stdout.columns || 80) - 1;
	for (const wait of waits) {
		const elapsed = ` (${seconds(wait)})`;
		process.stdout.write(`${wait.title.slice(0, width - elapsed.length)}${elapsed}\n`);
	}
	drawn = waits.length;
}
