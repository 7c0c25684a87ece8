/** An error with a message and advice for the user. */
export abstract class AdvisedError extends Error {
	/** Whether the error affects the whole run rather than one item. */
	readonly ofRun: boolean = false;

	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = this.constructor.name;
	}
}
