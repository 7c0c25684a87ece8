import { NodeOperationError, type IDataObject, type INode, type NodeApiError } from 'n8n-workflow';
import { toNodeError } from '../n8n/failure';
import { LedgerError } from '../ledger/errors';
import type { Decided } from './reserve';

/** What an item becomes: `quarantine` stands beside its own fields. */
export interface Result {
	itemIndex: number;
	quarantine: IDataObject & { status: string; reason: string | null };
}

/** A decision as the output shows it, times as ISO texts. */
export function told(decision: Decided, survey: string): Result['quarantine'] {
	const { allowed, reason, rule, lastContactAt, eligibleAt, reservationId } = decision;
	return {
		status: allowed ? 'allowed' : 'quarantined',
		reason,
		rule: rule as IDataObject | null,
		lastContactAt: isoOf(lastContactAt),
		eligibleAt: isoOf(eligibleAt),
		surveyId: Number(survey),
		reservationId,
	};
}

function isoOf(ms: number | null): string | null {
	return ms === null ? null : new Date(ms).toISOString();
}

/** A failure that concerns all items alike, so it names none. */
export function wholeRunError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (error instanceof LedgerError)
		return new NodeOperationError(node, error.message, { description: error.advice });
	return toNodeError(node, error, 0);
}
