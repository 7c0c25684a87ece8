import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { bareOf, unwrapped, type Person } from './bare';
import { described } from './floors';

/**
 * A node that makes the bare calls through n8n, as every node with a credential has to. What it takes beyond the
 * script is n8n's own, and no node can do without.
 *
 * @param parameters of the action whose calls they are
 */
export const bareNode = (parameters: IDataObject): INodeType => ({
	description: described('bare'),
	async execute(this: IExecuteFunctions) {
		const { baseUrl } = await this.getCredentials<{ baseUrl: string }>('netigateApi');
		const work = bareOf(parameters, async (url, body) =>
			unwrapped(
				await this.helpers.httpRequestWithAuthentication.call(this, 'netigateApi', {
					method: 'POST',
					baseURL: baseUrl,
					url,
					// As text, since n8n drops an empty object as body.
					body: JSON.stringify(body),
					headers: { 'Content-Type': 'application/json' },
				}),
			),
		);
		const items = this.getInputData();
		await work(items.map(({ json }) => json as Person));
		return [items.map(({ json }, item) => ({ json: { ...json }, pairedItem: { item } }))];
	},
});
