/**
 * Loaded first in n8n's processes. Moves their time forward by the number of milliseconds in a file. The time never
 * moves back, because n8n's schedules would then wait too long.
 */
const { readFileSync } = require('node:fs');

const RealDate = Date;
const realNow = RealDate.now;
let offset = 0;

function read() {
	try {
		offset = Math.max(offset, Number(readFileSync(process.env.MOVED_CLOCK_FILE, 'utf8')) || 0);
	} catch {
		// Before the first move, there is no file.
	}
}

read();
setInterval(read, 100).unref();

RealDate.now = () => realNow() + offset;
global.Date = new Proxy(RealDate, {
	construct: (target, args, newTarget) =>
		Reflect.construct(target, args.length === 0 ? [RealDate.now()] : args, newTarget),
	apply: () => new RealDate(RealDate.now()).toString(),
});
RealDate.prototype.constructor = global.Date;
