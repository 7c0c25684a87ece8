/** Markup that is inserted into a page without escaping. */
export class Html {
	constructor(readonly markup: string) {}
}

type Part = Html | string | number | null | undefined | false | Part[];

const entities: Record<string, string> = {
	...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

const markupOf = (part: Part): string => {
	if (part instanceof Html) return part.markup;
	if (Array.isArray(part)) return part.map(markupOf).join('');
	if (part === null || part === undefined || part === false) return '';
	return String(part).replace(/[&<>"']/g, (character) => entities[character]);
};

/** A template for markup. It escapes every value that isn't markup itself. Attributes need quotes. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
	new Html(texts.reduce((whole, text, index) => whole + markupOf(parts[index - 1]) + text));

/** A table whose rows become cards on a phone. Explicit roles keep it a table for screen readers there. */
export const table = (caption: string, columns: string[], rows: Part[][]): Html => html`
	<table role="table">
		<caption class="hidden">
			${caption}
		</caption>
		<thead role="rowgroup">
			<tr role="row">
				${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
			</tr>
		</thead>
		<tbody role="rowgroup">
			${rows.map(
				(row) =>
					html`<tr role="row">
						${row.map(
							(cell, index) =>
								html`<td role="cell" data-column="${columns[index]}"><span>${cell}</span></td>`,
						)}
					</tr>`,
			)}
		</tbody>
	</table>
`;

const format = new Intl.DateTimeFormat('en-US', {
	dateStyle: 'medium',
	timeStyle: 'medium',
	timeZone: 'UTC',
});

export const time = (at: number | string | null): Html =>
	at === null
		? html`–`
		: html`<time datetime="${new Date(at).toISOString()}">${format.format(new Date(at))}</time>`;

export const count = (number: number, one: string, many = `${one}s`): string =>
	`${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

/** A page shows at most this many entries. */
export const MOST = 200;
