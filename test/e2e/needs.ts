/** Tests that need more than Node. services.mjs describes each service and how to set it. */
type Service = 'postgres' | 'redis' | 'chromium';

const missing = new Set((process.env.NETIGATE_TEST_MISSING ?? '').split(',').filter(Boolean));

/**
 * `describe` for tests that need these services. If one is missing, they are skipped, and the run says which and why.
 * A CI run fails instead (test/run/e2e.mjs).
 */
export function describeWith(services: Service[]): jest.Describe | jest.Describe['skip'] {
	return services.some((service) => missing.has(service)) ? describe.skip : describe;
}
