import type { IDataObject, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { StoredRow } from '../../nodes/shared/tables/rowStore';
import { QUARANTINE_TABLE } from '../../nodes/shared/quarantine/ledger/table';
import { MemoryRecords } from '../unit/quarantine/memoryRecords';
import { DataTables } from './dataTables';

/** An in-memory replacement for n8n's data tables, with a ledger workflow. */
export class LedgerHost extends DataTables {
	private readonly records = new MemoryRecords();

	/** Errors thrown by the next inner workflows, one each. */
	readonly failures: Array<Error | undefined> = [];

	/** Returned by the ledger workflow instead of a correct response. */
	nonsense: IDataObject[] | undefined;

	readonly additionalData: Partial<IWorkflowExecuteAdditionalData> = {
		executeWorkflow: this.executeWorkflow,
	};

	override readonly workflows = {
		ledger: (items: IDataObject[]) =>
			this.nonsense ?? items.flatMap((item) => this.records.answer(item)),
	};

	override before = async () => {
		const failure = this.failures.shift();
		if (failure) throw failure;
	};

	deleteTable(): void {
		this.tables.delete(QUARANTINE_TABLE.name);
	}

	/** Events, without settings and released rows. */
	events(): StoredRow[] {
		return this.rows(QUARANTINE_TABLE.name).filter(
			({ kind, state }) => kind !== 'key' && kind !== 'keep' && state !== 'free',
		);
	}
}
