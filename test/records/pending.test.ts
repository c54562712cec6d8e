/** What an attempt had pending: on record each with the time at which it was made, in order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PendingEntry } from '../../app/records/index.ts';
import { keyOf, makeBed, start } from './support.ts';

const actor = 'olga';

test('steps, CSR and decision are on record in the order in which they were made', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const { attempt } = await ledger.startAttempt(start('U-1'));
  const of = () => {
    clock.advance(1000);
    return { unitSerial: 'U-1', attempt, actor, at: clock.now().toISOString() };
  };
  const pending: PendingEntry[] = [
    { ...of(), kind: 'step', step: 'key', ms: 5, data: { created: true, keyType: 'P-256' } },
    { ...of(), kind: 'csr', csrDer: new Uint8Array([1]), spkiSha256: keyOf('U-1') },
    { ...of(), kind: 'decision', notes: ['P-256'] },
    {
      ...of(),
      kind: 'homeCall',
      data: { connected: true, host: 'h', port: 8883, clientId: 'U-1', topic: 't', tries: 2, phases: [] },
    },
  ];
  await ledger.recordPending({ pending });
  const { journal } = await ledger.showUnit('U-1');
  assert.deepEqual(
    journal.slice(1).map(({ entry, at, actor: by }) => [entry, at, by]),
    [
      ['step.done', pending[0]?.at, actor],
      ['csr.recorded', pending[1]?.at, actor],
      ['device.calledHome', pending[3]?.at, actor],
    ],
  );
  assert.equal(journal[1]?.ms, 5);
  assert.deepEqual([journal[3]?.data.clientId, journal[3]?.data.tries], ['U-1', 2]);
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  assert.deepEqual([rows[0]?.entry, rows[0]?.at, rows[0]?.data.notes], ['csr.accepted', pending[2]?.at, ['P-256']]);
  await ledger.recordPending({});
  assert.equal((await ledger.showUnit('U-1')).journal.length, journal.length);
});
