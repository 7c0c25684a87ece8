import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';

const lists = (properties: INodeProperties[], name: string) =>
	properties.filter((property) => property.name === name);

const operations = lists(new Netigate().description.properties, 'operation');

test.each(operations.map((list) => [list.displayOptions!.show!.resource![0], list.default]))(
	'%s: what nobody chose, as in a new tool of an agent, changes nothing: %s',
	(_, preset) => expect(preset).toMatch(/^(get|check)/),
);

test('every action says what it does', () => {
	const all = [
		...operations,
		...lists(new NetigateQuarantine().description.properties, 'operation'),
	].flatMap(({ options }) => options as INodePropertyOptions[]);
	expect(all.length).toBeGreaterThan(40);
	expect(all.filter(({ description, action }) => !description || !action)).toEqual([]);
});
