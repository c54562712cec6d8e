/**
 * The records for the rest of the station. The promise of a write resolves only once its commit is on disk. Every
 * refusal is a `StationError`, and its code is documented beside the SQL of the call.
 */
import type { Clock } from '../contract/clock.ts';
import type { Call, Methods, Step } from './call.ts';
import { calls, nameOf } from './calls.ts';
import type { Database } from './database.ts';

export type Ledger = Methods<typeof calls>;

/** The ledger over `database`. `clock` gives each call its time. */
export function createLedger(database: Database, clock: Pick<Clock, 'now'>): Ledger {
  const ask = (name: string, { side }: Step) => {
    const run = side === 'writer' ? database.write : database.read;
    return (params: unknown) => run(name, { params, at: clock.now().toISOString() });
  };
  const method = (name: string, call: Call) => {
    if (call.side !== 'asker') return ask(name, call);
    const steps = each(call.steps, (step, act) => ask(nameOf(name, step), act)) as Methods<typeof call.steps>;
    return (...given: never[]) => call.act(steps, ...given);
  };
  return each<Call>(calls, method) as Ledger;
}

const each = <T>(from: Record<string, T>, make: (name: string, one: T) => unknown) =>
  Object.fromEntries(Object.entries(from).map(([name, one]) => [name, make(name, one)]));
