/** Every call of the records, and how a thread runs one by its name. */
import * as audit from './audit/index.ts';
import * as authorities from './authorities/index.ts';
import * as batches from './batches/index.ts';
import type { Call, Step } from './call.ts';
import * as certificates from './certificates/index.ts';
import * as orders from './orders/index.ts';
import * as people from './people/index.ts';
import type { Sql } from './sql.ts';
import * as station from './station.ts';
import * as units from './units/index.ts';

export const calls = {
  ...audit,
  ...authorities,
  ...batches,
  ...certificates,
  ...orders,
  ...people,
  ...station,
  ...units,
} satisfies Record<string, Call>;

/** What goes to a thread with the name of a step. `at` is the time of the call, ISO 8601 UTC. */
export type Asked = { params: unknown; at: string };
/** Runs one step; `name` as `nameOf` gives it. */
export type Run = (sql: Sql, name: string, asked: Asked) => unknown;

/** A call that is one step has its own name; the steps of a call that has several are named after it. */
export const nameOf = (call: string, step?: string): string => (step === undefined ? call : `${call}.${step}`);

const steps = new Map<string, Step>(
  Object.entries<Call>(calls).flatMap(([name, call]): [string, Step][] =>
    call.side === 'asker' ? Object.entries(call.steps).map(([step, act]) => [nameOf(name, step), act]) : [[name, call]],
  ),
);

function run(side: Step['side'], sql: Sql, name: string, { params, at }: Asked): unknown {
  const step = steps.get(name);
  if (step?.side !== side) throw new Error(`the records' ${side} has no ${name}`);
  return step(sql, params as never, at);
}

export const runWrite: Run = (sql, name, asked) => run('writer', sql, name, asked);

export const runRead: Run = (sql, name, asked) => {
  sql.exec('BEGIN');
  try {
    return run('reader', sql, name, asked);
  } finally {
    if (sql.inTransaction()) sql.exec('COMMIT');
  }
};
