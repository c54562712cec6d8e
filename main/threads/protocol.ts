/** The messages between a thread and its callers. Errors cross in their wire form and are rebuilt. */
import { StationError, type WireError } from '../../app/contract/errors.ts';

export type ThreadData = { file: string; create: boolean };
export type ThreadRequest = { id: number; name: string; params: unknown } | { close: true };
export type ThreadFailure = WireError & { stack?: string | undefined };
export type ThreadReply =
  | { ready: true }
  | { failed: ThreadFailure }
  | { id: number; result: unknown }
  | { id: number; error: ThreadFailure };

/** The stack stays inside the process, for the log. */
export function failureOf(thrown: unknown): ThreadFailure {
  const stack = thrown instanceof Error ? thrown.stack : String(thrown);
  if (thrown instanceof StationError) return { ...thrown.toJSON(), stack };
  return { code: 'internal', detail: 'an unexpected error in a thread', stack };
}

export function rebuilt({ stack, ...wire }: ThreadFailure): StationError {
  const cause = new Error(wire.detail);
  if (stack !== undefined) cause.stack = stack;
  return new StationError(wire.code, wire.detail, { data: wire.data, cause });
}
