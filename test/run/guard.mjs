/**
 * Runs one program, and ends it and its child processes when the parent process ends.
 *
 * The parent holds the other end of standard input. If it sends "stop" or the input closes (because the parent ended or
 * was killed, even by `kill -9`), the program's process group is ended, first with SIGTERM, then with SIGKILL.
 * processes.mjs starts this file. The only argument is JSON.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';

/** @type {{ command: string, args: string[], graceMs: number, orphanFolders: string[] }} */
const { command, args, graceMs, orphanFolders } = JSON.parse(process.argv[2] ?? '');

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;
let orphaned = false;

// This process is in the same group, so it must ignore its own SIGTERM.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});

/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
	try {
		process.kill(-process.pid, signal);
	} catch {
		// Without a process group (Windows), only the program itself can be ended.
		child.kill(signal);
	}
}

function removeOrphanFolders() {
	if (!orphaned) return;
	for (const folder of orphanFolders) {
		try {
			rmSync(folder, { recursive: true, force: true });
		} catch {
			// Another program still writes there. Its guard removes the folder.
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
	// Ends child processes that the program left running.
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
