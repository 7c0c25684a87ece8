import { Sandbox, type SandboxOptions } from './sandbox';

export { Sandbox, type SandboxOptions } from './sandbox';
export type { Violation } from './api';
export type { CallRecord } from './exchange';
export type { Fault, FaultKind } from './faults';
export type * from './records';
export type { ScriptedAnswer, Settings } from './settings';
export type { NewDispatch } from './accountState';
export type { NewAnswerSet, SandboxState } from './state';
export type * from './types';
export { demoKey, sampleIds } from './sample';

/** Starts a local Netigate sandbox on loopback. By default, on a free port and with the sample account. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	return await new Sandbox(options).start();
}
