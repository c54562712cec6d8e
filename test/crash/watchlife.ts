/** The watch of first connections from the PASS of units to the end of their time: each durable act of it once. */
import type { Ledger } from '../../app/records/index.ts';
import { createTestClock, type TestClock } from '../records/support.ts';
import { accountOf, askingOf, enrol, hear, now } from '../station/watchbed.ts';

export const watched = ['LISTED', 'PENDING', 'HEARD', 'REVOKED', 'NEVER'] as const;
export type Watched = Record<(typeof watched)[number], string>;

/** @param ids the certificate ids of the units */
export async function watchUnits(ledgerAt: (clock: TestClock) => Ledger, ids: Watched) {
  const clock = createTestClock();
  const ledger = ledgerAt(clock);
  await enrol(ledger, 'jitp');
  clock.advance(2 * 60 * 60_000);
  const account = accountOf();
  const asking = askingOf({ ledger, clock }, account.cloud);
  account.come(ids.LISTED, 'LISTED');
  account.come(ids.PENDING, 'PENDING', 'PENDING_ACTIVATION');
  await asking.lookInLists(['ca']);
  account.come(ids.HEARD, 'HEARD');
  account.come(ids.REVOKED, 'REVOKED', 'REVOKED');
  const heard = { at: new Date(now), clientId: 'client', sourceIp: '192.0.2.7' };
  await hear(ledger, asking, [
    { ...heard, kind: 'connected', certificateId: ids.HEARD },
    { at: heard.at, kind: 'registered', certificateId: ids.REVOKED },
  ] as Parameters<typeof hear>[2]);
  await asking.lookInLists(['ca']);
  clock.advance(60 * 24 * 60 * 60_000);
  await ledger.markOverdue({ limit: 10 });
}
