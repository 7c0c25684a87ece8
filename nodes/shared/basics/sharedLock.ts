const settled = async (task: Promise<unknown>) => await task.catch(() => {});

/** `shared` tasks can run at the same time; an `alone` task runs only when no other task is running. */
export function sharedLock() {
	/** The newest `alone` task, whether it is waiting or running. */
	let lastAlone: Promise<unknown> | undefined;
	const running = new Set<Promise<unknown>>();

	return {
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
