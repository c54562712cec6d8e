import type { Account } from '../account.ts';

export type Invocation =
  | { ok: true; value: unknown }
  | { ok: false; kind: 'missing' | 'timeout' | 'thrown' | 'crashed'; message: string };

export type InvokeOptions = { timeoutMs: number };

/** Runs a function of the account with one event, as Lambda does: on Node, against the account's own endpoint. */
export async function invoke(
  account: Account,
  functionArn: string,
  event: unknown,
  options: InvokeOptions,
): Promise<Invocation> {
  void account;
  void event;
  void options;
  return { ok: false, kind: 'missing', message: functionArn };
}
