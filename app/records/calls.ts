/** Every call of the records, and how a thread runs one by its name. */

import * as allowlists from './allowlists/index.ts';
import * as audit from './audit/index.ts';
import * as authorities from './authorities/index.ts';
import * as batches from './batches/index.ts';
import type { Call, Step } from './call.ts';
import * as certificates from './certificates/index.ts';
import * as checkpoints from './checkpoints/index.ts';
import * as claims from './claims/index.ts';
import * as connections from './connections/index.ts';
import * as desk from './desk/index.ts';
import * as documents from './documents/index.ts';
import * as orders from './orders/index.ts';
import * as outbox from './outbox/index.ts';
import * as people from './people/index.ts';
import * as plant from './plant/index.ts';
import * as restores from './restores.ts';
import type { Sql } from './sql.ts';
import * as station from './station.ts';
import * as units from './units/index.ts';

export const calls = {
  ...audit,
  ...authorities,
  ...batches,
  ...certificates,
  ...checkpoints,
  ...allowlists,
  ...claims,
  ...connections,
  ...desk,
  ...documents,
  ...orders,
  ...outbox,
  ...people,
  ...plant,
  ...restores,
  ...station,
  ...units,
} satisfies Record<string, Call>;

/** The parameters that a thread gets with the name of a step. `at` is the time of the call, ISO 8601 UTC. */
export type Asked = { params: unknown; at: string };
/** Runs one step. `name` is as `nameOf` gives it. */
export type Run = (sql: Sql, name: string, asked: Asked) => unknown;

/**
 * The name of a step. A call that is one step has its own name; the steps of another call are named after that call.
 */
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

/**
 * Runs a step of the writer, in the transaction of the caller.
 *
 * @throws as the step; `Error` – when the writer has no such step
 */
export const runWrite: Run = (sql, name, asked) => run('writer', sql, name, asked);

/** Whether a step of the writer comes after all others, see `patientWrite`. */
export const isPatient = (name: string): boolean => {
  const step = steps.get(name);
  return step?.side === 'writer' && step.isPatient === true;
};

/** Whether a step of the reader gets a thread of its own, see `longRead`. */
export const isLong = (name: string): boolean => {
  const step = steps.get(name);
  return step?.side === 'reader' && step.isLong === true;
};

/**
 * Runs a step of the reader, in a transaction of its own.
 *
 * @throws as the step; `Error` – when the reader has no such step
 */
export const runRead: Run = (sql, name, asked) => {
  sql.exec('BEGIN');
  try {
    return run('reader', sql, name, asked);
  } finally {
    if (sql.inTransaction()) sql.exec('COMMIT');
  }
};
