const settled = async (task: Promise<unknown>) => await task.catch(() => {});

/** Lets some tasks run at the same time, and each of the others alone. */
export function sharedLock() {
	/** The last task that runs alone, or waits to. */
	let lastAlone: Promise<unknown> | undefined;
	const running = new Set<Promise<unknown>>();

	return {
		/** Runs the task together with other shared ones, never with one that must be alone. */
		async shared<T>(task: () => Promise<T>): Promise<T> {
			while (lastAlone) await settled(lastAlone);
			const run = task();
			running.add(run);
			try {
				return await run;
			} finally {
				running.delete(run);
			}
		},
		/** Runs the task when no other is running; later ones wait. */
		async alone<T>(task: () => Promise<T>): Promise<T> {
			const before = lastAlone;
			const run = (async () => {
				if (before) await settled(before);
				await Promise.all([...running].map(settled));
				return await task();
			})();
			lastAlone = run;
			try {
				return await run;
			} finally {
				if (lastAlone === run) lastAlone = undefined;
			}
		},
	};
}
