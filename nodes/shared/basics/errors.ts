/** An error with a message for the user and what they can do now. */
export abstract class AdvisedError extends Error {
	/** Whether the error concerns the whole run rather than one item. */
	readonly ofRun: boolean = false;

	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = this.constructor.name;
	}
}
