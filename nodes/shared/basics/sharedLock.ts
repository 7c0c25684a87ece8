/** Lets many do one thing at the same time, and each do another thing alone. */
interface SharedLock {
	/** Runs the task together with other shared ones, never with one that must be alone. */
	shared: <T>(task: () => Promise<T>) => Promise<T>;
	/** Runs the task when no other is running; later ones wait. */
	alone: <T>(task: () => Promise<T>) => Promise<T>;
}

const settled = async (task: Promise<unknown>) => {
	await task.then(
		() => undefined,
		() => undefined,
	);
};

export function sharedLock(): SharedLock {
	/** The last task that runs alone, or waits to. */
	let lastAlone: Promise<unknown> | undefined;
	const running = new Set<Promise<unknown>>();

	return {
		async shared(task) {
			while (lastAlone) await settled(lastAlone);
			const run = task();
			running.add(run);
			try {
				return await run;
			} finally {
				running.delete(run);
			}
		},
		async alone(task) {
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
