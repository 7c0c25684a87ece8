/** A refusal of the service: answered as exactly `{ StatusCode, Message }`. */
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

/** An argument is not valid. */
export const invalid = (message: string) => new Refusal(400, message);

/** Nothing has this id. */
export const notFound = (what: string, id: unknown) => new Refusal(404, `${what} ${id} not found`);
