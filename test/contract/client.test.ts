/** The typed client: what a screen is told, whatever a transport delivers and in whatever order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, type Transport } from '../../app/contract/index.ts';

/** A transport whose deliveries the test makes. */
function byHand() {
  const listeners = new Set<(data: unknown) => void>();
  const transport: Transport = {
    call: () => Promise.reject(new Error('nothing is called')),
    subscribe(_event, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const deliver = (seq: number) => {
    for (const listener of listeners) listener({ seq });
  };
  return { client: createClient(transport), deliver };
}

test('a snapshot that comes after a newer one is not shown, and one delivered again is', () => {
  const { client, deliver } = byHand();
  const seen: number[] = [];
  client.on('bench.changed', ({ seq }) => seen.push(seq));
  for (const seq of [0, 5, 3, 5, 4, 6]) deliver(seq);
  assert.deepEqual(seen, [0, 5, 5, 6]);
});

test('each subscription counts for itself, and one that is ended hears nothing', () => {
  const { client, deliver } = byHand();
  const seen: string[] = [];
  const stop = client.on('bench.changed', ({ seq }) => seen.push(`bench ${seq}`));
  deliver(9);
  client.on('station.changed', ({ seq }) => seen.push(`station ${seq}`));
  stop();
  deliver(2);
  assert.deepEqual(seen, ['bench 9', 'station 2']);
});

test('a refusal arrives as the error of the catalogue', async () => {
  const refused = { code: 'order.full', detail: 'no more', data: { orderId: 'O-1' } } as const;
  const transport: Transport = { call: async () => ({ ok: false, error: refused }), subscribe: () => () => {} };
  const thrown = await createClient(transport)
    .call('bench.snapshot', {})
    .catch((error: unknown) => error);
  assert.deepEqual(JSON.parse(JSON.stringify(thrown)), refused);
});
