import { groupBy, jointKey } from '../../basics/lists';
import type { ItemRun } from '../../n8n/itemRun';
import { InputError } from '../../netigate/errors';
import { differenceBetween, type LaunchRequest } from './plan';

export interface Group {
	requests: LaunchRequest[];
}

/** Refuses items that would create several sendouts with the same name, because no one could tell them apart. */
export function refuseSameNames(run: ItemRun, requests: LaunchRequest[]): LaunchRequest[] {
	const refused = new Set<LaunchRequest>();
	const own = requests.filter(({ mode }) => mode === 'onePerItem');
	const keyOf = ({ plan }: LaunchRequest) => jointKey(plan.surveyId, plan.sendout.name);
	for (const same of groupBy(own, keyOf).values()) {
		const people = new Set(same.map(({ invitee }) => invitee.key)).size;
		if (people < 2) continue;
		for (const request of same) {
			refused.add(request);
			const error = new InputError(
				`${people} sendouts would have the name "${request.plan.sendout.name}", one for each person`,
				'For one shared sendout, set \'Mode\' to "One Sendout for All". Otherwise, give each sendout its own name, e.g. with the deal number.',
			);
			run.settle(request.position, { error });
		}
	}
	return run.stopped ? [] : requests.filter((request) => !refused.has(request));
}

/** Groups a survey's items by new sendout. Items that can't share a sendout with the first item are refused. */
export function toSendouts(run: ItemRun, requests: LaunchRequest[]): Group[] {
	const groups: Group[] = [];
	let shared: Group | undefined;
	for (const request of requests) {
		if (request.mode === 'onePerItem') groups.push({ requests: [request] });
		else if (!shared) groups.push((shared = { requests: [request] }));
		else {
			const { requests: others } = shared;
			run.check(request.position, () => {
				const difference = differenceBetween(others[0].plan, request.plan);
				if (difference !== undefined) {
					throw new InputError(
						`This item's ${difference} differs from the first item of the shared sendout`,
						'With "One Sendout for All", everyone gets the same sendout. Use background data for the differences, or set \'Mode\' to "One Sendout per Item".',
					);
				}
				others.push(request);
			});
		}
	}
	return groups;
}
