import { Frame } from '../../../nodes/Netigate/actions/frame';
import type { Batch, ItemOutcome } from '../../../nodes/Netigate/actions/action';
import { InputError, NetigateError } from '../../../nodes/shared/api/errors';

const refusal = new InputError('No contact', 'Give one.');
const refused = new NetigateError('Netigate refused', { outcome: 'refused', advice: '' });

interface SetUp {
	continueOnFail?: boolean;
	cancelled?: () => boolean;
	earlier?: Array<ItemOutcome | undefined>;
}

/** A frame for items that ask for what `asks` says; an error in it is thrown on reading. */
function setUp(
	asks: unknown[],
	{ continueOnFail = false, cancelled = () => false, earlier = [] }: SetUp = {},
) {
	const kept: ItemOutcome[] = [];
	const frame = new Frame({
		items: asks.map((ask, index) => ({
			parameters: () => ask,
			earlier: earlier[index],
			keep: (outcome: ItemOutcome) => kept.push(outcome),
		})),
		client: { cancelled },
		continueOnFail,
	} as unknown as Batch);
	const requests = frame.read((ask: unknown) => {
		if (ask instanceof Error) throw ask;
		return { ask };
	});
	const groups = requests.map((request) => ({ requests: [request] }));
	const sent: number[] = [];
	const send = async (work: (position: number) => ItemOutcome) =>
		await frame.send(groups, 1, async ({ requests: [{ position }] }) => {
			sent.push(position);
			frame.settle(position, work(position));
		});
	return { frame, requests, sent, send, kept };
}

const done: ItemOutcome = { json: { status: 'added' } };

test('one item that cannot be read keeps all others from being sent', () => {
	expect(setUp(['a', refusal]).requests).toEqual([]);
});

test('with failures continued the others go on', async () => {
	const { frame, send, sent } = setUp(['a', refusal, 'c'], { continueOnFail: true });
	await send(() => done);
	expect(sent).toEqual([0, 2]);
	expect(frame.end()).toEqual([done, { error: refusal }, done]);
});

test('after a failed sending none begins any more', async () => {
	const { frame, send, sent } = setUp(['a', 'b', 'c']);
	await send((position) => (position === 1 ? { error: refused } : done));
	expect(sent).toEqual([0, 1]);
	expect(frame.end()).toEqual([done, { error: refused }, undefined]);
});

test('something of ours that breaks while sending leaves open whether the person was invited', async () => {
	const { frame, send, kept } = setUp(['a']);
	await send(() => {
		throw new TypeError('Cannot read properties of null');
	});
	const [outcome] = frame.end();
	expect(outcome).toMatchObject({ error: { outcome: 'unknown' }, json: { mayBeInvited: true } });
	expect((outcome as { error: Error }).error.message).not.toContain('null');
	// So that another try does not send it again.
	expect(kept).toEqual([outcome]);
});

test('what an earlier try left open is told again, and keeps nobody else from being sent', async () => {
	const open: ItemOutcome = { error: refused };
	const { frame, send, sent } = setUp(['a', 'b'], { earlier: [open] });
	await send((position) => (position === 0 ? open : done));
	expect(sent).toEqual([0, 1]);
	expect(frame.end()).toEqual([open, done]);
});

test('in a cancelled run each item that was not sent says so', async () => {
	let cancelled = false;
	const { frame, send } = setUp(['a', 'b'], { cancelled: () => cancelled });
	await send(() => {
		cancelled = true;
		return done;
	});
	expect(frame.end()).toEqual([
		done,
		{
			error: expect.objectContaining({
				outcome: 'notDone',
				message: 'The execution was cancelled',
			}),
		},
	]);
});
