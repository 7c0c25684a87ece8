/** Moves n8n's time together with the sandbox's clock, so that tests of the quarantine take only seconds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { atTheEnd } from './command.mjs';
import { root } from './paths.mjs';

/**
 * Makes an n8n server follow the sandbox's clock when it moves forward. n8n's time never moves back, even after a
 * restart.
 * @param {Pick<import('../sandbox/index').Sandbox, 'clock'>} sandbox
 * @returns {Record<string, string>} environment variables for n8n
 */
export function followClock({ clock }) {
	const parent = process.env.NETIGATE_TEST_SERVERS || tmpdir();
	const folder = mkdtempSync(join(parent, 'n8n-nodes-netigate-clock-'));
	atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, 'offset');
	let furthest = 0;
	clock.onMove = (offset) => {
		furthest = Math.max(furthest, offset);
		writeFileSync(file, String(furthest));
	};
	return {
		NODE_OPTIONS: `--require ${JSON.stringify(join(root, 'test', 'run', 'moved-clock.cjs'))}`,
		MOVED_CLOCK_FILE: file,
		// Logins and executions must not expire because of the moves.
		N8N_USER_MANAGEMENT_JWT_DURATION_HOURS: '50000',
		EXECUTIONS_DATA_PRUNE: 'false',
	};
}

/** Waits until n8n has read the last move. */
export const untilClockRead = async () => await wait(500);
