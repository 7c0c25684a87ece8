import { check } from './check';
import { confirm } from './confirm';
import { getMany } from './getMany';
import { lift } from './lift';
import { record } from './record';
import { release } from './release';
import { reserve } from './reserve';
import type { Operation } from './run';

export const operations: Record<string, Operation> = {
	check,
	confirm,
	getMany,
	lift,
	record,
	release,
	reserve,
};
