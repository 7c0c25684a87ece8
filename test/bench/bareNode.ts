import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { bareOf, unwrapped, type Person } from './bare';
import { described } from './floors';

/**
 * A node that makes the bare calls through n8n, which every node with a credential must do. The difference from the
 * script is n8n's own overhead, which no node can avoid.
 *
 * @param parameters of the action that makes these calls
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
					// Text, because n8n drops an empty object as body.
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
