import { crc32 } from 'node:zlib';

/** The smallest one-sheet workbook that Excel accepts. Cells are texts, numbers or booleans. */
export function xlsx(...rows: Array<Array<string | number | boolean>>): Buffer {
	const texts = rows.flat().filter((cell) => typeof cell === 'string');
	const cellOf = (cell: string | number | boolean) => {
		if (typeof cell === 'string') return `<c t="s"><v>${texts.indexOf(cell)}</v></c>`;
		return typeof cell === 'number'
			? `<c><v>${cell}</v></c>`
			: `<c t="b"><v>${Number(cell)}</v></c>`;
	};
	const sheet = rows.map((row) => `<row>${row.map(cellOf).join('')}</row>`).join('');
	const strings = texts.map((text) => `<si><t>${text}</t></si>`).join('');
	const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
	const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
	const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
	const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
	const relation = (id: number, kind: string, target: string) =>
		`<Relationship Id="r${id}" Type="${office}/${kind}" Target="${target}"/>`;
	const part = (path: string, kind: string) =>
		`<Override PartName="/xl/${path}" ContentType="${type}.${kind}+xml"/>`;
	return zip({
		'[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${part('workbook.xml', 'sheet.main')}${part('sheet.xml', 'worksheet')}${part('strings.xml', 'sharedStrings')}</Types>`,
		'_rels/.rels': `<Relationships xmlns="${relations}">${relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
		'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Attendees" sheetId="1" r:id="r1"/></sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}">${relation(1, 'worksheet', 'sheet.xml')}${relation(2, 'sharedStrings', 'strings.xml')}</Relationships>`,
		'xl/sheet.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
		'xl/strings.xml': `<sst xmlns="${main}">${strings}</sst>`,
	});
}

/** A zip archive whose files aren't compressed. */
function zip(files: Record<string, string>): Buffer {
	const entries = Object.entries(files);
	const numbers = (...pairs: Array<[size: number, value: number]>) =>
		Buffer.concat(
			pairs.map(([size, value]) => {
				const bytes = Buffer.alloc(size);
				bytes.writeUIntLE(value, 0, size);
				return bytes;
			}),
		);
	const local: Buffer[] = [];
	const central: Buffer[] = [];
	for (const [path, text] of entries) {
		const [name, data] = [Buffer.from(path), Buffer.from(text)];
		const sizes: Array<[number, number]> = [
			[4, crc32(data)],
			[4, data.length],
			[4, data.length],
			[2, name.length],
			[2, 0],
		];
		const offset = Buffer.concat(local).length;
		const about: Array<[number, number]> = [[2, 20], [2, 0], [2, 0], [4, 0], ...sizes];
		local.push(numbers([4, 0x04034b50], ...about), name, data);
		const where: Array<[number, number]> = [
			[4, 0],
			[4, 0],
			[2, 0],
			[4, offset],
		];
		central.push(numbers([4, 0x02014b50], [2, 20], ...about, ...where), name);
	}
	const [body, directory] = [Buffer.concat(local), Buffer.concat(central)];
	const count = entries.length;
	const end = numbers([4, 0x06054b50], [4, 0], [2, count], [2, count]);
	const last = numbers([4, directory.length], [4, body.length], [2, 0]);
	return Buffer.concat([body, directory, end, last]);
}
