import { recipientFor } from '../../../nodes/shared/input/contact';
import { readBlocklist } from '../../../nodes/shared/invite/blocklist';
import { DirectSandbox } from '../../sandbox/directSandbox';

/** The block list of an account with these entries. */
async function blocking(...contacts: string[]) {
	const { state, client } = new DirectSandbox();
	for (const contact of contacts) state.blocklist.add(contact);
	return await readBlocklist(client);
}

const blocks = async (entries: string[], contact: string, type = 'auto') =>
	(await blocking(...entries)).has(recipientFor({ type }, contact), { type });

test.each([
	['070 123 45 67', '46701234567'],
	['070-123 45 67', '+46 70 123 45 67'],
	['(0151) 23456789', '4915123456789'],
	['07911/123456', '00447911123456'],
	['0701234567', '+358701234567'],
	['+46701234567', '46701234567'],
	['46 70 123 45 67', '46701234567'],
	['00298212345', '+298 212345'],
	['701234567', '46701234567'],
	['Anna.Berg', 'anna.berg'],
])('a blocked %s blocks %s', async (entry, contact) => {
	expect(await blocks(['somebody@example.com', entry], contact)).toBe(true);
});

test.each([
	['070 123 45 67', '46701234568'],
	['070 123 45 67', '4670123456'],
	['070 123 45 67', '467001234567'],
	['0701', '46701'],
	['+49 70 123 45 67', '46701234567'],
	['0701234567', 'anna@example.com'],
])('a blocked %s does not block %s', async (entry, contact) => {
	expect(await blocks([entry], contact)).toBe(false);
});

test('a blocked login name blocks nothing that only looks the same as a phone number', async () => {
	expect(await blocks(['46-735123456'], '46735123456', 'LOGIN')).toBe(false);
	expect(await blocks(['46-735123456'], '46735123456', 'SMS')).toBe(true);
});
