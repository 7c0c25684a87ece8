/**
 * `node test/run/screenshots.mjs [names]`: takes the docs' pictures in the real editor: all, or those of the named files
 * in `workflows/` and `node-pictures.mjs`.
 * Look at them before committing them.
 */
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { Refusal, atTheEnd, runCommand } from './command.mjs';
import { openEditor, takeCanvas, takeNode, takeNodeOf, takeSheet } from './editor.mjs';
import { startLocalNetigate } from './local-netigate.mjs';
import { startN8n } from './n8n-server.mjs';
import { root } from './paths.mjs';
import { chosen, nodePictures, workflowOf } from './node-pictures.mjs';
import { createSandboxCredential } from './post-event.mjs';
import { chromiumPath } from './services.mjs';

const images = join(root, 'docs', 'images');

/** A filled-in requirements sheet, as a spreadsheet. */
const sheet = 'requirements-sheet-example.csv';

/** Choices that replace the examples' expressions. @type {Record<string, Record<string, any>>} */
const filled = {
	'post-event-survey.json': {
		'Invite Attendees': {
			surveyId: chosen(501, 'Post-event survey (501, active)'),
			sendoutId: chosen(7001, 'Attendees by email (7001, email, inactive)'),
		},
	},
};

runCommand(async () => {
	const executablePath = chromiumPath();
	if (!executablePath) {
		throw new Refusal('Pictures need Chromium. Install it, or name it with CHROMIUM_PATH.');
	}
	const sandbox = await startLocalNetigate();
	atTheEnd(() => sandbox.close());
	const n8n = await startN8n();
	const credential = await createSandboxCredential(n8n.api, sandbox);
	const editor = await openEditor(n8n, executablePath);
	await mkdir(images, { recursive: true });
	const folder = join(root, 'workflows');
	const wanted = process.argv.slice(2);
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
	for (const name of files.filter((file) => wanted.length === 0 || wanted.includes(file))) {
		const { id } = await n8n.api.importWorkflow(join(folder, name), {
			credentials: { netigateApi: credential },
			parameters: filled[name],
		});
		const file = join(images, `${basename(name, '.json')}.png`);
		await takeCanvas(editor, id, file);
		console.log(file);
		if (name !== 'post-event-survey.json') continue;
		// The README also shows this node open.
		const inside = join(images, 'invite-attendees.png');
		await takeNode(editor, 'Invite Attendees', inside);
		console.log(inside);
	}
	if (wanted.length === 0 || wanted.includes(sheet)) {
		const file = join(images, `${basename(sheet, '.csv')}.png`);
		await takeSheet(editor, await readFile(join(root, 'docs', sheet), 'utf8'), file);
		console.log(file);
	}
	for (const picture of nodePictures) {
		if (wanted.length > 0 && !wanted.includes(picture.file)) continue;
		const { id } = await n8n.api.importWorkflow(workflowOf(picture), {
			credentials: { netigateApi: credential },
		});
		const file = join(images, `${picture.file}.png`);
		await takeNodeOf(editor, id, picture, file);
		console.log(file);
	}
});
