import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accountContract, accountContractFile } from './accountContract';
import { documentsWithActionTables } from './actionTables';
import { apiCoverage } from './apiCoverage';
import { outputSchemas } from './outputSchemas';
import { brokenNames, packNames, publicNames, unpackNames, type PublicNames } from './publicNames';

const root = resolve(__dirname, '../..');

/** Where the internal names stand on which saved workflows rely. */
export const namesFile = 'test/engine/actions.snapshot.json';

export function savedNames(): PublicNames {
	try {
		return unpackNames(
			JSON.parse(readFileSync(resolve(root, namesFile), 'utf8')) as ReturnType<typeof packNames>,
		);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
		throw error;
	}
}

/**
 * All files that are made from the node and docs/internals/openapi.yaml, as texts by their path in the repository.
 *
 * @throws when a saved workflow could not rely on a name any more: names only grow
 */
export function generatedFiles(): Record<string, string> {
	const names = publicNames();
	const broken = brokenNames(savedNames(), names);
	if (broken.length > 0) {
		throw new Error(
			`Saved workflows rely on names that are gone or changed:\n${broken.join('\n')}\nIf that is meant, take them out of ${namesFile} first.`,
		);
	}
	const schemas = Object.entries(outputSchemas()).map(([key, schema]) => [
		`nodes/Netigate/__schema__/v1.0.0/${key.replace('.', '/')}.json`,
		JSON.stringify(schema),
	]);
	return {
		...documentsWithActionTables(),
		'docs/internals/api-coverage.md': apiCoverage(),
		[accountContractFile]: accountContract(),
		[namesFile]: JSON.stringify(packNames(names)),
		...Object.fromEntries(schemas),
	};
}
