import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../../contract/clock.ts';
import type { Fault } from '../faults.ts';
import type { Given } from '../net/claim.ts';
import type { Traits } from '../power.ts';

/** The memory of a practice device that survives power loss. */
export type Memory = {
  key?: KeyObject;
  items: Map<string, Buffer>;
  sealed: boolean;
  /** What its claim brought before it was provisioned. */
  given?: Given;
};

/** One power-on: the memory, and the exchange buffer, which is lost with the power. */
export type Session = {
  clock: Clock;
  traits: Traits;
  memory: Memory;
  readonly fault: Fault;
  buffer: { item: string; bytes: Buffer };
};

/** Thrown by a command. Its message follows `err` in the answer. */
export class Refusal extends Error {}
