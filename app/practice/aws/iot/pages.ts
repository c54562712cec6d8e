import { iotError } from '../errors.ts';

/** A page of a list and the token of the next one, when there is one. The token is the base64 of an offset. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size: number | undefined,
): { items: T[]; next?: string } {
  const from = token === undefined ? 0 : offsetOf(token);
  const to = from + (size ?? 25);
  const part = { items: items.slice(from, to) };
  return to < items.length ? { ...part, next: Buffer.from(`at ${to}`).toString('base64') } : part;
}

function offsetOf(token: string): number {
  const match = /^at (\d{1,9})$/.exec(Buffer.from(token, 'base64').toString('latin1'));
  if (!match) throw iotError('InvalidRequestException', 'The pagination token is not valid.');
  return Number(match[1]);
}
