/** The small faults that `npm run test:mutants` puts into the code. */
import ts from 'typescript';

/**
 * @typedef {{ start: number, end: number }} Range of the code
 * @typedef {Range & { text: string, host: Range }} Mutation a range and its new text. The host is the expression or
 * statement that a switch can replace with a changed copy
 */

const { SyntaxKind } = ts;

/** Replaces a removed statement. */
export const REMOVED = ';';

/** @type {Map<ts.SyntaxKind, string>} */
const operators = new Map([
	[SyntaxKind.AmpersandAmpersandToken, '||'],
	[SyntaxKind.BarBarToken, '&&'],
	[SyntaxKind.GreaterThanToken, '>='],
	[SyntaxKind.GreaterThanEqualsToken, '>'],
	[SyntaxKind.LessThanToken, '<='],
	[SyntaxKind.LessThanEqualsToken, '<'],
	[SyntaxKind.EqualsEqualsEqualsToken, '!=='],
	[SyntaxKind.ExclamationEqualsEqualsToken, '==='],
	[SyntaxKind.PlusToken, '-'],
	[SyntaxKind.MinusToken, '+'],
	[SyntaxKind.AsteriskToken, '/'],
	[SyntaxKind.SlashToken, '*'],
]);

/** @type {(node: ts.Node) => boolean} */
const isName = (node) => ts.isBindingElement(node.parent) && node.parent.propertyName === node;

/** @type {(node: ts.Node) => boolean} */
const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/**
 * @param {string} code
 * @returns {Mutation[]} all that are possible, in the order of the code
 */
export function mutationsOf(code) {
	const source = ts.createSourceFile('x.ts', code, ts.ScriptTarget.ES2022, true);
	/** @type {Mutation[]} */
	const found = [];
	const rangeOf = (/** @type {ts.Node} */ node) => ({
		start: node.getStart(source),
		end: node.end,
	});
	const replace = (/** @type {ts.Node} */ node, /** @type {string} */ text, host = node) =>
		found.push({ ...rangeOf(node), text, host: rangeOf(host) });
	const visit = (/** @type {ts.Node} */ node) => {
		if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
			return;
		if (ts.isImportDeclaration(node)) return;
		const condition = conditionOf(node);
		if (condition) replace(condition, `!(${condition.getText(source)})`);
		if (ts.isBinaryExpression(node)) {
			const { left, operatorToken, right } = node;
			const other = operators.get(operatorToken.kind);
			if (other && ![left, right].some(isText)) replace(operatorToken, other, hostOf(node));
		}
		if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent) && !isName(node))
			replace(node, node.text === '1' ? '0' : `${Number(node.text) + 1}`);
		if (node.kind === SyntaxKind.TrueKeyword) replace(node, 'false');
		if (node.kind === SyntaxKind.FalseKeyword) replace(node, 'true');
		if (isRemovable(node)) replace(node, REMOVED);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/**
 * Adds the faults to the code. Each is off unless the global function `mutantIs` exists and returns true for its ID.
 * This way, Jest compiles the code only once for all faults.
 * @param {string} code
 * @param {Array<Mutation & { id: number }>} mutations of this code
 * @returns {string}
 */
export function withSwitches(code, mutations) {
	const inserts = mutations.flatMap(({ id, start, end, text, host }) => {
		const changed = code.slice(host.start, start) + text + code.slice(end, host.end);
		const [before, after] =
			text === REMOVED
				? [`{ if (!globalThis.mutantIs?.(${id})) `, ' }']
				: [`(globalThis.mutantIs?.(${id}) ? (${changed}) : (`, '))'];
		const size = host.end - host.start;
		return [
			{ at: host.start, text: before, order: [1, -size] },
			{ at: host.end, text: after, order: [0, size] },
		];
	});
	// In the same place, a host ends before the next one starts, and an outer one encloses an inner one.
	inserts.sort((a, b) => a.at - b.at || a.order[0] - b.order[0] || a.order[1] - b.order[1]);
	const starts = [0, ...inserts.map(({ at }) => at)];
	return starts
		.map((at, index) => (inserts[index - 1]?.text ?? '') + code.slice(at, starts[index + 1]))
		.join('');
}

/**
 * @param {ts.Node} node with an operator
 * @returns {ts.Node} the part that a changed copy must include to keep the operator precedence
 */
function hostOf(node) {
	let host = node;
	while (isLogical(host) && isLogical(host.parent)) host = host.parent;
	return host;
}

/** @param {ts.Node} node */
const isLogical = (node) =>
	ts.isBinaryExpression(node) &&
	[SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken].includes(node.operatorToken.kind);

/** @param {ts.Node} node */
function conditionOf(node) {
	if (ts.isIfStatement(node)) return node.expression;
	return ts.isConditionalExpression(node) ? node.condition : undefined;
}

/** @param {ts.Node} node a call, an assignment, or an early end of a function or a loop */
function isRemovable(node) {
	if (ts.isExpressionStatement(node)) return true;
	if (!ts.isIfStatement(node) || node.elseStatement) return false;
	const { thenStatement: end } = node;
	return ts.isReturnStatement(end) || ts.isContinueStatement(end) || ts.isThrowStatement(end);
}
