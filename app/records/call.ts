/**
 * How a call of the records is spelled: once, beside its SQL. `calls.ts` collects the calls, and the ledger is derived
 * from them.
 */
import type { Sql } from './sql.ts';

/** `at` is the time of the call, ISO 8601 UTC; the ledger adds it. */
type Act<P, R> = (sql: Sql, params: P, at: string) => R;
/**
 * On the writer's thread, in a group commit: all of it happens, or nothing. It may run twice, when another one of the group
 * is refused; what it did the first time is undone then.
 */
export type Write<P, R> = Act<P, R> & { readonly side: 'writer'; readonly isPatient?: true };
/** On the reader's thread; it sees one state of the file. */
export type Read<P, R> = Act<P, R> & { readonly side: 'reader'; readonly isLong?: true };
export type Step = Write<never, unknown> | Read<never, unknown>;

/**
 * A call on the thread that asks. It has steps, and work between them that does not touch the file, e.g. the hash of a
 * PIN.
 */
export type Together<S, A extends unknown[], R> = {
  readonly side: 'asker';
  readonly steps: S;
  act(ask: Methods<S>, ...given: A): Promise<R>;
};
export type Call = Step | Together<Record<string, Step>, never[], unknown>;

/** The call with the parameters and the result that its caller sees. */
export type Method<C> = C extends { side: 'asker'; act: (ask: never, ...given: infer A) => Promise<infer R> }
  ? (...given: A) => Promise<R>
  : C extends (sql: Sql, params: infer P, at: string) => infer R
    ? unknown extends P
      ? () => Promise<R>
      : undefined extends P
        ? (params?: P) => Promise<R>
        : (params: P) => Promise<R>
    : never;
export type Methods<C> = { [K in keyof C]: Method<C[K]> };

/**
 * Makes a call of the writer's thread from its SQL. Its error undoes all it wrote, and nothing else of the commit.
 */
export const write = <P, R>(act: Act<P, R>): Write<P, R> =>
  Object.assign((sql: Sql, params: P, at: string) => act(sql, params, at), { side: 'writer' } as const);

/**
 * As `write`, for a page of many: the line's writes come first, and a commit takes few of them. What must come after such
 * a call has to wait for its answer.
 */
export const patientWrite = <P, R>(act: Act<P, R>): Write<P, R> =>
  Object.assign(write(act), { isPatient: true } as const);

/** Makes a call of the reader's thread from its SQL. `act` sees one state of the file. */
export const read = <P, R>(act: Act<P, R>): Read<P, R> =>
  Object.assign((sql: Sql, params: P, at: string) => act(sql, params, at), { side: 'reader' } as const);

/**
 * As `read`, for what reads all of the file. It gets a thread and a connection of its own, as long as it takes: a million
 * units take a minute, and what the line and its screens ask must not wait so long.
 */
export const longRead = <P, R>(act: Act<P, R>): Read<P, R> => Object.assign(read(act), { isLong: true } as const);

/** Makes a call with several steps. Only `act` can ask for `steps`, by these names. */
export const together = <S extends Record<string, Step>, A extends unknown[], R>(
  steps: S,
  act: (ask: Methods<S>, ...given: A) => Promise<R>,
): Together<S, A, R> => ({ side: 'asker', steps, act });
