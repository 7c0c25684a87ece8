import { createServer } from 'node:http';
import { listen, stopListening } from '../sandbox/loopback';

/** A message in a conversation, in the format of OpenAI's chat completions. */
interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_call_id?: string;
}

/** A request to the model: the conversation so far, and the tools that it can call. */
export interface Asked {
	messages: Message[];
	tools?: Array<{ function: { name: string; description: string; parameters: object } }>;
	stream?: boolean;
}

/** The model's response: a tool to call, or text. */
export type Says = { tool: string; with: Record<string, unknown> } | { text: string };

/** A fake language model with OpenAI's interface. It returns the test's responses and records requests. */
export async function startLanguageModel(says: (asked: Asked, turn: number) => Says) {
	const asked: Asked[] = [];
	const server = createServer((request, response) => {
		let text = '';
		request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			if (!request.url?.endsWith('/chat/completions')) {
				response.end(JSON.stringify({ object: 'list', data: [{ id: 'gpt-4.1-mini' }] }));
				return;
			}
			const body = JSON.parse(text) as Asked;
			asked.push(body);
			const turn = asked.length;
			const said = says(body, turn);
			const call = 'tool' in said;
			const message = call
				? {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: `call_${turn}`,
								type: 'function',
								function: { name: said.tool, arguments: JSON.stringify(said.with) },
							},
						],
					}
				: { role: 'assistant', content: said.text };
			const finish_reason = call ? 'tool_calls' : 'stop';
			const head = { id: `chat_${turn}`, created: 1, model: 'fake' };
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			if (!body.stream) {
				const choices = [{ index: 0, message, finish_reason }];
				response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
				return;
			}
			response.setHeader('content-type', 'text/event-stream');
			const event = (choices: object[]) =>
				`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices })}\n\n`;
			const tool_calls = message.tool_calls?.map((one, index) => ({ ...one, index }));
			const delta = { ...message, ...(tool_calls ? { tool_calls } : {}) };
			response.write(event([{ index: 0, delta, finish_reason: null }]));
			response.write(event([{ index: 0, delta: {}, finish_reason }]));
			response.end('data: [DONE]\n\n');
		});
	});
	return {
		url: `http://127.0.0.1:${await listen(server)}/v1`,
		asked,
		close: async () => await stopListening(server),
	};
}

export type LanguageModel = Awaited<ReturnType<typeof startLanguageModel>>;
