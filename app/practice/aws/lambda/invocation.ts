/** How one event ended. `message` is for a person, in Lambda's words where it has some. */
export type Invocation =
  | { ok: true; value: unknown }
  | { ok: false; kind: 'missing' | 'timeout' | 'thrown' | 'crashed'; message: string };
