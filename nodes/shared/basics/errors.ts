/** An error with a message and advice for the user. */
export abstract class AdvisedError extends Error {
	/** Whether the error affects the whole run rather than one item. */
	readonly ofRun: boolean = false;

	/** The `reason` in the output of an item that failed with this error. */
	abstract readonly reason: string;

	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = this.constructor.name;
	}
}
