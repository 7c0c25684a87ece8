import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeType, IVersionedNodeType } from 'n8n-workflow';

/** The path of each node in n8n-nodes-base, and its class. */
const FILES: Record<string, [file: string, className: string]> = {
	'n8n-nodes-base.httpRequest': ['HttpRequest/HttpRequest.node.js', 'HttpRequest'],
	'n8n-nodes-base.code': ['Code/Code.node.js', 'Code'],
};

/** Returns n8n's own nodes of these types, from the installed server. */
export function serverNodes(
	nodes: Array<{ type: string; typeVersion?: number }>,
): Record<string, INodeType> {
	const found: Record<string, INodeType> = {};
	for (const { type, typeVersion } of nodes) {
		if (!(type in FILES)) continue;
		const [file, className] = FILES[type];
		const fromServer = createRequire(join(process.env.NETIGATE_BENCH_SERVER!, 'package.json'));
		const exported = fromServer(`n8n-nodes-base/dist/nodes/${file}`) as Record<
			string,
			new () => INodeType | IVersionedNodeType
		>;
		const node = new exported[className]();
		found[type] = 'nodeVersions' in node ? node.getNodeType(typeVersion) : node;
	}
	return found;
}
