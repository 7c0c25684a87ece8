import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { AdvisedError } from '../../../nodes/shared/basics/errors';

/** Continues a match at a position. */
type Next = (at: number) => boolean;

/** A backtracking matcher that works in the same order as the engine and counts each character it checks. */
class Matcher {
	steps = 0;

	private readonly sets = new Map<string, RegExp>();

	constructor(
		private readonly text: string,
		private readonly flags: string,
	) {}

	private fits(raw: string, at: number): boolean {
		this.steps++;
		if (at >= this.text.length) return false;
		let set = this.sets.get(raw);
		if (!set) this.sets.set(raw, (set = new RegExp(`^(?:${raw})$`, this.flags)));
		return exec.call(set, this.text[at]) !== null;
	}

	private assert(node: AST.Assertion, at: number): boolean {
		this.steps++;
		if (node.kind === 'start') return at === 0;
		if (node.kind === 'end') return at === this.text.length;
		if (node.kind !== 'word') return true;
		const isWord = (index: number) => index >= 0 && this.fits('\\w', index);
		return (isWord(at - 1) !== isWord(at)) !== node.negate;
	}

	sequence(nodes: readonly AST.Element[], at: number, next: Next, from = 0): boolean {
		if (from === nodes.length) return next(at);
		return this.node(nodes[from], at, (to) => this.sequence(nodes, to, next, from + 1));
	}

	private node(node: AST.Element, at: number, next: Next): boolean {
		switch (node.type) {
			case 'Assertion':
				return this.assert(node, at) && next(at);
			case 'Group':
			case 'CapturingGroup':
				return node.alternatives.some(({ elements }) => this.sequence(elements, at, next));
			case 'Quantifier':
				return this.repeat(node, at, next, 0);
			default:
				return this.fits(node.raw, at) && next(at + 1);
		}
	}

	private repeat(node: AST.Quantifier, at: number, next: Next, count: number): boolean {
		const more = () =>
			count < node.max &&
			this.node(node.element, at, (to) => to > at && this.repeat(node, to, next, count + 1));
		if (count < node.min) return more();
		return node.greedy ? more() || next(at) : next(at) || more();
	}
}

const exec = Object.getOwnPropertyDescriptor(RegExp.prototype, 'exec')!.value as RegExp['exec'];

/** The number of steps that a regular expression takes for the first match from a position. */
function stepsFor(
	regex: RegExp,
	text: string,
	from: number,
	found: RegExpExecArray | null,
): number {
	const { source, unicode, flags } = regex;
	const { alternatives } = new RegExpParser().parsePattern(source, 0, source.length, { unicode });
	const matcher = new Matcher(text, flags.replace(/[gy]/g, ''));
	const last = regex.sticky ? from : (found?.index ?? text.length);
	for (let at = from; at <= last; at++) {
		if (alternatives.some(({ elements }) => matcher.sequence(elements, at, () => true))) break;
	}
	return matcher.steps;
}

const normalize = Object.getOwnPropertyDescriptor(String.prototype, 'normalize')!.value as (
	this: string,
	form?: string,
) => string;

/** Normalization sorts each run of combining marks, which takes quadratic time. */
function stepsOfNormalizing(text: string): number {
	let [steps, run] = [text.length, 0];
	for (const character of text) {
		run = exec.call(/\p{M}/u, character) ? run + 1 : 0;
		steps += run;
	}
	return steps;
}

/** The number of steps of all regular expressions and normalizations while `work` runs. */
export function stepsOf(work: () => unknown): number {
	let steps = 0;
	const counting = function (this: RegExp, text: string) {
		const from = this.global || this.sticky ? this.lastIndex : 0;
		const found = exec.call(this, text);
		// Counting uses regular expressions itself.
		RegExp.prototype.exec = exec;
		steps += stepsFor(this, String(text), from, found);
		RegExp.prototype.exec = counting;
		return found;
	};
	RegExp.prototype.exec = counting;
	String.prototype.normalize = function (this: string, form?: string) {
		steps += stepsOfNormalizing(this);
		return normalize.call(this, form);
	};
	try {
		work();
	} catch (error) {
		// Whether the text is accepted doesn't matter here.
		if (!(error instanceof AdvisedError)) throw error;
	} finally {
		RegExp.prototype.exec = exec;
		String.prototype.normalize = normalize;
	}
	return steps;
}
