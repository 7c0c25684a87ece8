/** A refusal of the service, sent as `{ StatusCode, Message }`. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}

	get body(): { StatusCode: number; Message: string } {
		return { StatusCode: this.status, Message: this.message };
	}
}

export const invalid = (message: string) => new Refusal(400, message);

export const notFound = (what: string, id: unknown) => new Refusal(404, `${what} ${id} not found`);
