import { NUMBERING_PLAN } from './numberingPlanData';

/** The format of all phone numbers with the same country code (ITU E.164). */
interface Plan {
	code: string;
	/** The prefix that people dial for calls within the country. */
	trunk: string;
	/** The possible numbers of digits after the country code. */
	lengths: ReadonlySet<number>;
	/** The possible numbers of digits, by the first two digits after the country code. */
	byStart: ReadonlyMap<string, ReadonlySet<number>>;
	mobileStarts: ReadonlySet<string>;
}

const plans = new Map<string, Plan>();
const planOfCountry = new Map<string, Plan>();
const otherTrunks: Plan[] = [];

/** Expands ranges: `5-7,10` becomes 5, 6, 7 and 10. */
function numbersIn(ranges: string): number[] {
	return ranges.split(',').flatMap((range) => {
		const [from, to = from] = range.split('-').map(Number);
		return Array.from({ length: to - from + 1 }, (_, index) => from + index);
	});
}

function readPlan(entry: string): void {
	const [head, ...parts] = entry.split('|');
	const [code, trunk = '0'] = head.split('=');
	const byStart = new Map<string, ReadonlySet<number>>();
	const mobileStarts = new Set<string>();
	const groups = parts.filter((part) => part.includes(':')).map((part) => part.split(':'));
	for (const [lengths, starts] of groups) {
		const possible = new Set(numbersIn(lengths.replace('*', '')));
		for (const number of numbersIn(starts)) {
			const start = String(number).padStart(2, '0');
			byStart.set(start, possible);
			if (lengths.endsWith('*')) mobileStarts.add(start);
		}
	}
	const lengths = new Set([...byStart.values()].flatMap((possible) => [...possible]));
	const plan = { code, trunk, lengths, byStart, mobileStarts };
	plans.set(code, plan);
	if (trunk !== '' && trunk !== '0') otherTrunks.push(plan);
	for (const country of parts.filter((part) => !part.includes(':')))
		planOfCountry.set(country, plan);
}

function readPlans(): void {
	if (plans.size === 0) NUMBERING_PLAN.trim().split(/[\n;]/).forEach(readPlan);
}

/** The plan for the country code at the start of the digits. */
export function planFor(digits: string): Plan | undefined {
	readPlans();
	return [1, 2, 3].map((length) => plans.get(digits.slice(0, length))).find(Boolean);
}

/** @param country a two-letter code, e.g. SE */
export function planIn(country: string): Plan | undefined {
	readPlans();
	return planOfCountry.get(country);
}

/** Whether the plan allows a number with these digits after the country code. */
export const fits = ({ byStart }: Plan, digits: string) =>
	byStart.get(digits.slice(0, 2))?.has(digits.length) === true;

/** A national number's digits without the trunk prefix, if the plan allows this number. */
export function nationalNumber(plan: Plan, dialed: string): string | undefined {
	const { trunk } = plan;
	const without = trunk && dialed.startsWith(trunk) ? dialed.slice(trunk.length) : dialed;
	return [without, dialed].find((digits) => fits(plan, digits));
}

/**
 * For a number dialed with a trunk prefix other than 0, such as 06 in Hungary, the full numbers that it could be. In
 * Belarus, a zero follows the prefix.
 */
export function dialedWithOtherTrunk(dialed: string): string[] {
	readPlans();
	return otherTrunks.flatMap((plan) => {
		const { code, trunk } = plan;
		if (!dialed.startsWith(trunk)) return [];
		const digits = dialed.slice(trunk.length).replace(/^0/, '');
		return fits(plan, digits) ? [code + digits] : [];
	});
}
