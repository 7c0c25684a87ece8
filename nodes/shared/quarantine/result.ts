import { NodeOperationError, type IDataObject, type INode, type NodeApiError } from 'n8n-workflow';
import { toNodeError } from '../n8n/failure';
import { LedgerError } from '../tables/errors';
import { isoOf } from '../tables/rowStore';
import { explanationOf } from './explanation';
import type { Held } from './report';
import type { Decided } from './reserve';

/** What an item becomes: `quarantine` stands beside its own fields. */
export interface Result {
	itemIndex: number;
	quarantine: IDataObject & { status: string; reason: string | null };
}

/**
 * A decision as the output shows it, times as ISO texts.
 *
 * @param timeZone in which the explanation tells days
 */
export function toOutput(
	decision: Decided,
	survey: string,
	timeZone: string,
): Result['quarantine'] {
	const { allowed, reason, rule, lastContactAt, eligibleAt, reservationId } = decision;
	return {
		status: allowed ? 'allowed' : 'quarantined',
		reason,
		explanation: explanationOf(decision, timeZone),
		rule: rule as IDataObject | null,
		lastContactAt: lastContactAt === null ? null : isoOf(lastContactAt),
		eligibleAt: eligibleAt === null ? null : isoOf(eligibleAt),
		surveyId: Number(survey),
		reservationId,
	};
}

/** Somebody who is kept back now, as the report shows it. The contact only where it was stored. */
export function toldHeld(held: Held, timeZone: string): IDataObject {
	const { contact, address, survey, group, verdict } = held;
	return {
		contact: address,
		contactHash: contact,
		group,
		quarantine: toOutput({ ...verdict, reservationId: null }, survey, timeZone),
	};
}

/** A failure that concerns all items alike, so it names none. */
export function wholeRunError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof LedgerError)
		return new NodeOperationError(node, error.message, { description: error.advice });
	return toNodeError(node, error, 0);
}
