import type { EventData, EventName, Station } from '../../app/contract/index.ts';

/** Resolves with the first snapshot that fits: the one of now, or one that comes. */
export function snapshotOf<E extends EventName>(
  client: Station,
  event: E,
  fits: (snapshot: EventData<E>) => boolean,
): Promise<EventData<E>> {
  const { promise, resolve } = Promise.withResolvers<EventData<E>>();
  const stop = client.on(event, (snapshot) => fits(snapshot) && resolve(snapshot));
  return promise.finally(stop);
}
