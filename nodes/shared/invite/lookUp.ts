import type { NetigateClient } from '../netigate/client';
import { asNetigateError, NetigateError } from '../netigate/errors';
import { mayBeOurs } from './pairing';
import type { Progress } from './progress';
import { assign, folded, keysOf, listRespondents } from './readBack';
import type { Person } from './requests';

/** The error of somebody of whom it is not known for certain whether they were added. */
export const lost = (why: NetigateError, what: string) =>
	new NetigateError(`${why.message}. ${what}`, {
		outcome: 'unknown',
		mayStillRun: why.mayStillRun,
		accepted: why.accepted,
		status: why.status,
		advice:
			'Look for the contact among the respondents of the sendout before you add it again, or run again with "If Already in This Sendout" set to "Skip".',
	});

/** Why a request went wrong: for all of its people, or for each. */
type Why<One> = NetigateError | ReadonlyMap<One, NetigateError>;

/** Looks in the sendout's list who was added, after a request whose answer does not tell. */
export class LookUp<One extends Person> {
	/** Known once somebody of a refused batch was added by a later request. */
	refusalsAddNobody = false;

	/**
	 * @param path the sendout, `/surveys/501/sendouts/7001`
	 * @param kind of the sendout
	 * @param keys those of all people of this run, folded
	 * @param before ids of all respondents that the sendout had before, where they are known
	 */
	constructor(
		private readonly client: NetigateClient,
		private readonly path: string,
		private readonly kind: string,
		private readonly progress: Progress<One>,
		private readonly keys: ReadonlySet<string>,
		private readonly before: ReadonlySet<number> | undefined,
	) {}

	private failAs(persons: readonly One[], why: Why<One>, what: string): void {
		for (const person of persons) {
			const error = why instanceof NetigateError ? why : why.get(person)!;
			this.progress.fail([person], lost(error, what));
		}
	}

	/**
	 * Settles those who are in the sendout by now, and all of them where the others may be in it under another name.
	 *
	 * @returns those still missing
	 * @throws NetigateError when it cannot be told
	 */
	private async stillMissing(persons: readonly One[], why: Why<One>): Promise<One[]> {
		// A copy, since other requests of this run add to it while the list is read.
		const known = [...this.progress.taken];
		const listed = await listRespondents(this.client, this.path);
		const ids = new Set(listed.map(({ RespondentId }) => RespondentId));
		if (known.some((id) => !ids.has(id))) {
			throw new NetigateError('It does not show everybody who is in the sendout', {
				outcome: 'notDone',
				advice: 'Try again later.',
			});
		}
		const found = assign(persons, listed, this.progress.taken);
		const inDoubt = persons.filter((_, index) => found[index] && !this.before);
		this.failAs(
			inDoubt,
			why,
			'The contact is among the respondents of the sendout, but it cannot be told whether it was there before',
		);
		const missing = persons.filter((person, index) => {
			const respondent = found[index];
			if (respondent && this.before) this.progress.take(person, { respondent });
			return !respondent;
		});
		const unaccounted = listed.some(
			(respondent) =>
				!this.progress.taken.has(respondent.RespondentId) &&
				!keysOf(respondent).some((key) => this.keys.has(folded(key))) &&
				mayBeOurs(respondent, this.before !== undefined, this.kind),
		);
		if (!unaccounted) return missing;
		this.failAs(
			missing,
			why,
			'The contact is not among the respondents of the sendout, but some there cannot be told apart, and may be this one',
		);
		return [];
	}

	/**
	 * Who is still missing after a request that went wrong. A lost request may still be under way, so whoever is
	 * missing has to be missing twice.
	 *
	 * @param why for each person where each was refused alone
	 */
	async after(persons: readonly One[], why: Why<One>): Promise<One[]> {
		try {
			if (!(why instanceof NetigateError) || why.outcome === 'refused') {
				if (!this.refusalsAddNobody) await this.client.settle();
				return await this.stillMissing(persons, why);
			}
			await this.client.settle();
			const missing = await this.stillMissing(persons, why);
			if (missing.length === 0) return [];
			await this.client.settle();
			return await this.stillMissing(missing, why);
		} catch (error) {
			this.failAs(
				persons.filter((person) => this.progress.isOpen(person)),
				why,
				`Whether this contact was added cannot be told, since the list of respondents could not be read (${asNetigateError(error).message})`,
			);
			return [];
		}
	}
}
