import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { Netigate } from '../../../nodes/Netigate/Netigate.node.js';
import codex from '../../../nodes/Netigate/Netigate.node.json';
import { NetigateQuarantine } from '../../../nodes/NetigateQuarantine/NetigateQuarantine.node.js';

const lists = (properties: INodeProperties[], name: string) =>
	properties.filter((property) => property.name === name);

const operations = lists(new Netigate().description.properties, 'operation');

test.each(operations.map((list) => [list.displayOptions!.show!.resource![0], list.default]))(
	'the default operation for %s changes nothing: %s',
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

// n8n's panel searches a node's name and its aliases. It shows the trigger as part of this node.
test.each(
	'survey feedback questionnaire NPS invite invitation send sendout respondent attendee participant event reminder answer response'.split(
		' ',
	),
)('n8n finds the node by "%s"', (word) => {
	expect(codex.alias.filter((alias) => alias.startsWith(word))).not.toEqual([]);
});

test('common settings of a quarantine come first', () => {
	const namesOf = (properties: INodeProperties[], name: string) =>
		lists(properties, name)[0].options!.map((option) => (option as INodeProperties).name);
	const quarantine = new NetigateQuarantine().description.properties;
	expect(namesOf(quarantine, 'operation').slice(0, 3)).toEqual(['Reserve', 'Check', 'Confirm']);
	expect(namesOf(quarantine, 'options')[0]).toBe('holdMinutes');
	expect(namesOf(quarantine, 'options').at(-1)).toBe('ledgerWorkflow');
	const ofAdd = namesOf(new Netigate().description.properties, 'quarantine');
	const common = ['rules', 'group', 'sendingHours', 'samplePercent', 'consent', 'exempt'];
	expect(ofAdd.slice(0, 6)).toEqual(common);
	expect(ofAdd.at(-1)).toBe('ledgerWorkflow');
});
