/** The small faults that `npm run test:mutants` puts into the code. */
import ts from 'typescript';

/** @typedef {{ start: number, end: number, text: string }} Mutation what is replaced, and by what */

const { SyntaxKind } = ts;

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
const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/**
 * @param {string} code
 * @returns {Mutation[]} all that are possible, in the order of the code
 */
export function mutationsOf(code) {
	const source = ts.createSourceFile('x.ts', code, ts.ScriptTarget.ES2022, true);
	/** @type {Mutation[]} */
	const found = [];
	const replace = (/** @type {ts.Node} */ node, /** @type {string} */ text) =>
		found.push({ start: node.getStart(source), end: node.end, text });
	const visit = (/** @type {ts.Node} */ node) => {
		if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
			return;
		if (ts.isImportDeclaration(node)) return;
		const condition = conditionOf(node);
		if (condition) replace(condition, `!(${condition.getText(source)})`);
		if (ts.isBinaryExpression(node)) {
			const { left, operatorToken, right } = node;
			const other = operators.get(operatorToken.kind);
			if (other && ![left, right].some(isText)) replace(operatorToken, other);
		}
		if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent))
			replace(node, node.text === '1' ? '0' : `${Number(node.text) + 1}`);
		if (node.kind === SyntaxKind.TrueKeyword) replace(node, 'false');
		if (node.kind === SyntaxKind.FalseKeyword) replace(node, 'true');
		if (isRemovable(node)) replace(node, ';');
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

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
