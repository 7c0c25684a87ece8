import { readDictionary, type Pair } from '../dictionary';
import type { DocumentRecord, RowRecord } from '../records';
import { invalid } from '../refusal';
import type { Call, World } from '../world';

const shown = (document: DocumentRecord) => ({
	BGDocumentId: document.id,
	Created: document.created,
	Name: document.name,
	Description: document.description,
	Labels: document.labels,
});

/** A row with these cells, in this order. */
function shownRow({ settings }: World, row: RowRecord, labelIds: Iterable<number>) {
	const empty = { emptyText: '', null: null, omitted: undefined }[settings.emptyCells];
	const Cells = [...labelIds].map((labelId) => ({
		labelId,
		value: row.cells.get(labelId) ?? empty,
	}));
	return {
		RespondentId: row.respondentId,
		Cells: Cells.filter(({ value }) => value !== undefined),
	};
}

const alike = (contact: string) => contact.toLowerCase().replace(/\W/g, '');

/** The row of a contact that differs at most in case and punctuation, if the settings treat it as the same. */
function existingRow({ state, settings }: World, documentId: number, contact: string) {
	if (settings.repeatedRows === 'add') return undefined;
	return [...state.rows.values()].find(
		(row) => row.documentId === documentId && alike(row.contact) === alike(contact),
	);
}

/** @throws Refusal 400 for labels that the list doesn't have */
function checkLabels({ state }: World, documentId: number, labelIds: number[]): void {
	const known = new Set(state.document(documentId).labels.map((label) => label.BGDataLabelId));
	const unknown = labelIds.find((id) => !known.has(id));
	if (unknown !== undefined) throw invalid(`Unknown label ${unknown}`);
}

function readCells({ state, settings }: World, documentId: number, pairs: Pair[]) {
	const isOpen = ({ BGDataLabelId }: { BGDataLabelId: number }) =>
		state.openLabels.has(BGDataLabelId);
	const { labels } = state.document(documentId);
	const { values, newOptions } = readDictionary(pairs, labels, settings, isOpen);
	for (const { label, option } of newOptions) state.addOption(label, option);
	return values;
}

/** Calls 27 to 33. Lists of sendouts aren't listed, but can be read and written by their ID. */
export const listWork = {
	getBgDocuments: ({ state }: World) =>
		[...state.documents.values()].filter(({ sendoutId }) => sendoutId === null).map(shown),

	getBgDocument: ({ state, settings }: World, { ids }: Call) => {
		const document = shown(state.document(ids.bgDocumentId));
		return settings.documentShape === 'array' ? [document] : document;
	},

	getBgDocumentLabels: ({ state }: World, { ids }: Call) => state.document(ids.bgDocumentId).labels,

	getCells: (world: World, { ids, body }: Call<{ labels: number[] }>) => {
		const row = world.state.row(ids.bgDocumentId, ids.respondentId);
		checkLabels(world, ids.bgDocumentId, body.labels);
		return shownRow(world, row, body.labels);
	},

	editCells: (world: World, { ids, body }: Call<{ cellData: Pair[] }>) => {
		const row = world.state.row(ids.bgDocumentId, ids.respondentId);
		const values = readCells(world, ids.bgDocumentId, body.cellData);
		for (const [labelId, value] of values) row.cells.set(labelId, value);
		return shownRow(world, row, row.cells.keys());
	},

	addRow: (world: World, { ids, body }: Call<{ contactDetails: string; cellData: Pair[] }>) => {
		world.state.document(ids.bgDocumentId);
		const contact = body.contactDetails;
		if (contact.trim() === '' || contact.length > 255) {
			throw invalid('contactDetails is empty or too long');
		}
		const values = readCells(world, ids.bgDocumentId, body.cellData);
		const row =
			existingRow(world, ids.bgDocumentId, contact) ??
			world.state.addRow(ids.bgDocumentId, contact, values);
		for (const [labelId, value] of values) row.cells.set(labelId, value);
		return shownRow(world, row, row.cells.keys());
	},

	deleteCells: (world: World, { ids, body }: Call<{ labels: number[] }>) => {
		const row = world.state.row(ids.bgDocumentId, ids.respondentId);
		checkLabels(world, ids.bgDocumentId, body.labels);
		for (const labelId of body.labels) row.cells.delete(labelId);
		return true;
	},
};
