import { groupBy } from '../basics/lists';
import { claimRows, LEASE_MS, type ClaimOptions } from './claim';
import { inGroup } from '../basics/inGroup';
import type { Outcome } from './pendingClaims';
import { all, isoOf, KEY, oneOf, PENDING, where, type RowStore, type Step } from './rowStore';
import { readKeys, type Want } from './wideRows';

interface Single<W extends Want> {
	want: W;
	options: ClaimOptions<W>;
	/** Identifies the claim's row in a group. */
	attempt: string;
	/** Set when the claim continues on its own. From then on, the group must not settle its row. */
	left?: true;
}

/**
 * Claims one row as `claimRows` does. Claims by concurrent executions in this process share their table calls. If
 * others hold the key or the shared calls fail or take too long, the claim continues on its own.
 * @throws LedgerError if the table can't be used
 */
export async function claimRow<W extends Want>(
	store: RowStore,
	want: W,
	options: ClaimOptions<W>,
): Promise<Outcome> {
	const single: Single<W> = { want, options, attempt: options.newAttempt() };
	let size: number | undefined;
	const run = async (list: readonly Single<W>[]) => {
		size = list.length;
		return size === 1 ? [await claimOnce(store, single)] : await claimTogether(store, list);
	};
	const shared = await inGroup(await store.id(), single, run, options.groupLimit).catch(
		async (error: unknown) => {
			if (size === 1) throw error;
			// Another execution's call failed or is taking too long, perhaps because that execution was stopped.
			// Nothing depends on the row yet, so remove it even if it was settled.
			single.left = true;
			await store.run([{ remove: all(where('attempt', 'eq', single.attempt)) }]);
			return undefined;
		},
	);
	return shared ?? (await claimRows(store, [want], options))[0];
}

/** @returns undefined if others hold the key, because a group must not wait for them */
async function claimOnce<W extends Want>(
	store: RowStore,
	{ want, options }: Single<W>,
): Promise<Outcome | undefined> {
	const [outcome] = await claimRows(store, [want], { ...options, rounds: 1 });
	return !outcome.won && outcome.contended ? undefined : outcome;
}

/**
 * Makes one attempt at these claims, following the protocol of `claimRows`.
 * @returns the outcomes; undefined for a claim that must continue on its own. Its row is removed
 */
async function claimTogether<W extends Want>(
	store: RowStore,
	list: ReadonlyArray<Single<W>>,
): Promise<Array<Outcome | undefined>> {
	const [{ attempt: group }] = list;
	const kinds = [...groupBy(list, ({ options }) => JSON.stringify(options.settled)).values()];
	for (const [kind, singles] of kinds.entries())
		for (const [index, single] of singles.entries())
			single.attempt = `${attemptOf(group, kind)}${index}`;
	const byKey = groupBy(list, ({ want }) => want.key);
	const insert = [...byKey.values()].map(([{ want, options, attempt }]) => ({
		...{ ...want.row, [KEY]: want.key, ordinal: want.ordinal, token: options.token },
		...{ state: PENDING, attempt, until: isoOf(options.clock.now() + LEASE_MS) },
	}));
	const rows = await readKeys(store, [...byKey.keys()], [], [{ insert }]);
	const rowsOf = groupBy(rows, (row) => String(row[KEY]));
	const judged = list.map((single) => {
		const { want, options, attempt, left } = single;
		const ofKey = rowsOf.get(want.key) ?? [];
		const own = ofKey.find((row) => row.attempt === attempt);
		const standing = ofKey.filter((row) => row !== own);
		const isOpen = standing.some(
			({ state, token }) => state === PENDING || token === options.token,
		);
		if (!own || isOpen || left) return { single, own };
		return { single, own, standing, won: options.allows(want, standing) };
	});
	const winning = new Set(judged.flatMap(({ single, won }) => (won ? single : [])));
	const ownIds = judged.flatMap(({ own }) => own?.id ?? []);
	const remove = judged.flatMap(({ own, won }) => (own && !won ? own.id : []));
	const since = where('id', 'gte', Math.min(...ownIds));
	const steps: Step[] = remove.length > 0 ? [{ remove: oneOf('id', remove) }] : [];
	const updates = kinds.flatMap((singles, kind): Step[] => {
		if (!singles.some((single) => winning.has(single))) return [];
		const own = where('attempt', 'like', `${attemptOf(group, kind)}%`);
		const update = all(since, own, where('state', 'eq', PENDING));
		return [{ update, set: singles[0].options.settled }];
	});
	steps.push(...updates);
	// Only the last step returns rows.
	if (updates.length > 1) steps.push({ read: all(since, where('attempt', 'like', `${group}-%`)) });
	const done = steps.length > 0 ? await store.run(steps) : [];
	const ids = new Set(done.flatMap(({ id, state }) => (state === PENDING ? [] : id)));
	return judged.map(({ own, standing, won }): Outcome | undefined => {
		if (!standing) return undefined;
		if (!won) return { won, contended: false, standing };
		// Otherwise, another run treated the row as abandoned.
		return ids.has(own.id) ? { won, id: own.id, standing } : undefined;
	});
}

/** The prefix of `attempt` for all claims in a group that are settled in the same way. */
const attemptOf = (group: string, kind: number) => `${group}-${kind}-`;
