/** What every command of this folder shares: one clear sentence on failure, a clean end on Ctrl-C. */
import process from 'node:process';

/** A failure that the person at the keyboard can do something about. Its message is all they see. */
export class Refusal extends Error {
	/**
	 * @param {string} message what happened and what to do now
	 * @param {string} [details] more, for those who want it: the end of a log, a command's output
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
 * Runs `ending` once when the command ends, however it ends; the last one given runs first.
 * (A `kill -9` leaves no time for it: guard.mjs ends what must end even then.)
 * @param {() => Promise<void> | void} ending
 */
export function atTheEnd(ending) {
	endings.push(ending);
}

async function runEndings() {
	for (let ending = endings.pop(); ending; ending = endings.pop()) {
		try {
			await ending();
		} catch (error) {
			console.error(`While ending: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
}

let leaving = false;

/** @param {number} code the exit code */
async function leave(code) {
	if (leaving) return;
	leaving = true;
	await runEndings();
	process.exit(code);
}

/**
 * Runs a command's main function and ends with the exit code that it returns, or with 1 after a failure. Ctrl-C
 * ends it with 130 and SIGTERM with 143; both with 0 where `upUntilEnded` says that the command has done its
 * work and is only being kept up.
 * @param {() => Promise<number | void>} main
 * @param {{ upUntilEnded?: () => boolean }} [options]
 */
export function runCommand(main, { upUntilEnded = () => false } = {}) {
	for (const [signal, code] of /** @type {const} */ ([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	])) {
		process.on(signal, () => void leave(upUntilEnded() ? 0 : code));
	}
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
