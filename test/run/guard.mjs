/**
 * Runs one program, and ends it with all that it started when the process that asked for it is gone.
 *
 * That process holds the other end of this one's standard input. "stop" on it, or its end (the process ended or
 * was killed, even by `kill -9`), ends the program's whole process group, first politely, then by force. Started
 * by processes.mjs; its only argument is JSON.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';

/** @type {{ command: string, args: string[], graceMs: number, orphanFolders: string[] }} */
const { command, args, graceMs, orphanFolders } = JSON.parse(process.argv[2] ?? '');

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;
let orphaned = false;

// This process leads the group it signals, so it has to outlive its own polite request.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});

/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
	try {
		process.kill(-process.pid, signal);
	} catch {
		// Not the leader of a group (Windows): only the program itself can be ended.
		child.kill(signal);
	}
}

function removeOrphanFolders() {
	if (!orphaned) return;
	for (const folder of orphanFolders) {
		try {
			rmSync(folder, { recursive: true, force: true });
		} catch {
			// Another program still writes there; its guard removes it.
		}
	}
}

function end() {
	if (ending) return;
	ending = true;
	signalGroup('SIGTERM');
	setTimeout(() => {
		removeOrphanFolders();
		signalGroup('SIGKILL');
	}, graceMs).unref();
}

child.on('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.on('exit', (code, signal) => {
	// Whatever the program left running ends with it.
	signalGroup('SIGTERM');
	removeOrphanFolders();
	process.exit(code ?? (signal ? 128 + 9 : 1));
});

process.stdin.on('data', (chunk) => {
	if (chunk.toString().includes('stop')) end();
});
process.stdin.on('close', () => {
	orphaned = !ending;
	end();
});
