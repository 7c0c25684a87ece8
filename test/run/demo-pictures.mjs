/**
 * `node test/run/demo-pictures.mjs`: plays the story of `npm start -- --demo` and takes its pictures for
 * docs/trying-it.md and the README. `--frames FOLDER` takes numbered frames for a video instead, with their captions.
 * Look at them before committing them.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { openEditor } from './editor.mjs';
import { startLocalNetigate } from './local-netigate.mjs';
import { followClock } from './moved-clock.mjs';
import { startN8n } from './n8n-server.mjs';
import { root } from './paths.mjs';
import {
	activatePostEventSurvey,
	attendees,
	createSandboxCredential,
	fireEvent,
} from './post-event.mjs';
import { chromiumPath } from './services.mjs';
import { playStory, prepareStory } from './story.mjs';

/** The steps that docs/trying-it.md shows. */
const shown = [
	'event',
	'outbox',
	'survey',
	'alert',
	'reminders',
	'quarantined',
	'follow-up',
	'overview',
];

/** How long a video shows each frame. */
const secondsPerFrame = 8;

const images = join(root, 'docs', 'images');

runCommand(async () => {
	const { frames } = parseArgs({ options: { frames: { type: 'string' } } }).values;
	const executablePath = chromiumPath();
	if (!executablePath) {
		throw new Refusal('Pictures need Chromium. Install it, or name it with CHROMIUM_PATH.');
	}
	const sandbox = await startLocalNetigate();
	atTheEnd(() => sandbox.close());
	const n8n = await startN8n({ env: followClock(sandbox) });
	const { api } = n8n;
	const credential = await createSandboxCredential(api, sandbox);
	const others = await prepareStory(api, credential, sandbox);
	const { id: event } = await activatePostEventSurvey(api, credential);
	const people = attendees.map(({ attendee }) => attendee);
	const { execution } = await fireEvent(api, event, people);
	const editor = await openEditor(n8n, executablePath, { width: 1280, height: 720 });
	const tab = await editor.context().newPage();
	const workflows = { event, ...others };
	const stage = { api, sandbox, workflows, eventExecution: execution.id, editor, tab };
	await (frames === undefined ? takePictures(stage) : takeFrames(stage, frames));
});

/** @typedef {Omit<import('./story.mjs').Stage, 'step'>} Scene */

/** @param {Scene} scene */
async function takePictures(scene) {
	/** @type {(name: string) => string} */
	const fileOf = (name) => join(images, `demo-${name}.png`);
	await playStory({
		...scene,
		step: async (name, _, page) => {
			if (!shown.includes(name)) return;
			await page.screenshot({ path: fileOf(name) });
			console.log(fileOf(name));
		},
	});
	// The README shows both side by side.
	const both = await Promise.all(['event', 'outbox'].map((name) => readFile(fileOf(name))));
	const { tab } = scene;
	await tab.goto('about:blank');
	await tab.setViewportSize({ width: 1616, height: 450 });
	await tab.setContent(`<style>
		body { display: flex; gap: 16px; margin: 0; background: #c8ccd4; }
		img { width: 800px; height: 450px; }
	</style>${both.map((one) => `<img src="data:image/png;base64,${one.toString('base64')}">`).join('')}`);
	await tab.waitForLoadState();
	await tab.screenshot({ path: fileOf('side-by-side') });
	console.log(fileOf('side-by-side'));
}

/**
 * Takes a frame of every step, and writes the captions as subtitles and the list of frames for ffmpeg.
 * @param {Scene} scene
 * @param {string} folder
 */
async function takeFrames(scene, folder) {
	await mkdir(folder, { recursive: true });
	/** @type {string[]} */
	const captions = [];
	/** @type {(seconds: number) => string} */
	const timeOf = (seconds) => `${new Date(seconds * 1000).toISOString().slice(11, 19)},000`;
	await playStory({
		...scene,
		step: async (_, caption, page) => {
			captions.push(caption);
			const file = join(folder, `${String(captions.length).padStart(2, '0')}.png`);
			await page.screenshot({ path: file });
			console.log(`${file}  ${caption}`);
		},
	});
	const subtitles = captions.map((caption, index) => {
		const from = index * secondsPerFrame;
		return `${index + 1}\n${timeOf(from)} --> ${timeOf(from + secondsPerFrame)}\n${caption}\n`;
	});
	await writeFile(join(folder, 'captions.srt'), subtitles.join('\n'));
	console.log(
		`To make the video: ffmpeg -framerate 1/${secondsPerFrame} -i ${folder}/%02d.png -vf subtitles=${folder}/captions.srt -r 25 -pix_fmt yuv420p demo.mp4`,
	);
}
