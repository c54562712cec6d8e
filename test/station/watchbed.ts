/** Units that are waited for, and an account in memory that knows what came: for tests of the watch. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import type { CloudTarget } from '../../app/contract/model.ts';
import type { Ledger } from '../../app/records/index.ts';
import type { AwsMessage, Cloud } from '../../app/registration/index.ts';
import { type Asking, createAsking } from '../../app/station/firstconnections/asking.ts';
import { createMessages } from '../../app/station/firstconnections/messages.ts';
import { type Bed, makeBed, passUnit } from '../records/support.ts';
import { leapingClock } from '../registration/support.ts';

export const now = '2026-11-21T09:00:00.000Z';

/** An account in memory: certificates of devices that came, and the state that just-in-time provisioning gave them. */
export function accountOf() {
  const certificates = new Map<string, { status: string; thing: string | undefined; at: Date }>();
  const refused = new Set<string>();
  let calls = 0;
  let awayFor = 0;
  const asked = <T>(value: T): Promise<T> => {
    calls += 1;
    if (awayFor > 0) {
      awayFor -= 1;
      return Promise.reject(new StationError('cloud.unreachable', 'away'));
    }
    return Promise.resolve(value);
  };
  const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
  const cloud = {
    connections: {
      newestOf: (_ca: string, marker = '0') => {
        const all = [...certificates].map(([certificateId, { status, at }]) => ({
          certificateId,
          status,
          createdAt: at,
        }));
        const page = all.reverse().slice(Number(marker), Number(marker) + 100);
        const next = Number(marker) + 100 < all.length ? String(Number(marker) + 100) : undefined;
        return asked({ certificates: page, next });
      },
      certificate: (id: string) => {
        const known = certificates.get(id);
        return asked(known && { arn: `arn:aws:iot:x:1:cert/${id}`, status: known.status, createdAt: known.at });
      },
      certificatesOf: () => asked(undefined),
      hasPolicy: () => asked(true),
      eventsUrl: async () => '',
    },
    things: {
      thingsOf: (arn: string) => asked([certificates.get(idOf(arn))?.thing ?? []].flat()),
      policiesOf: () => asked(['p']),
      describeThing: () => asked({ attributes: {}, typeName: undefined }),
    },
    account: {
      allowList: () => ({ results: async () => new Map([...refused].map((id) => [id, { result: 'notListed' }])) }),
    },
  } as unknown as Cloud;
  return {
    cloud,
    calls: () => calls,
    refuse: (certificateId: string) => refused.add(certificateId),
    away: (times: number) => {
      awayFor = times;
    },
    come(certificateId: string, thing: string, status = 'ACTIVE', at = new Date(now)) {
      certificates.set(certificateId, { status, at, thing: status === 'ACTIVE' ? thing : undefined });
    },
  };
}

export const watchedTarget = { name: 'eu', rates: {} } as CloudTarget;

export async function watchedBed(t: TestContext, serials: readonly string[], way: 'jitp' | 'jitr' = 'jitp') {
  const bed = await makeBed(t);
  const ids = new Map<string, string>();
  for (const serial of serials) ids.set(serial, (await passUnit(bed, serial)).certificateId);
  await enrol(bed.ledger, way);
  return { bed, ids };
}

/** Waits for all units that passed since the last time. */
export async function enrol(ledger: Ledger, way: 'jitp' | 'jitr'): Promise<void> {
  for (;;) {
    const { passes, upTo } = await ledger.newPasses();
    if (upTo === null) return;
    const expected = passes.map((pass) => ({
      ...{ ...pass, target: 'eu', way, thingName: pass.unitSerial, askAt: null, isRegistered: false },
      dueAt: '2027-01-01T00:00:00.000Z',
    }));
    await ledger.expectConnections({ expected, upTo });
  }
}

export const askingOf = ({ ledger, clock }: Pick<Bed, 'ledger' | 'clock'>, cloud: Cloud) =>
  createAsking({
    ...{ ledger, cloud, target: watchedTarget, signal: new AbortController().signal, onWaiting: () => {} },
    clock: { ...leapingClock(), now: clock.now },
  });

export const statesOf = async ({ ledger }: Pick<Bed, 'ledger'>) =>
  Object.fromEntries(
    (await ledger.listConnections({ limit: 500 })).rows.map(({ unitSerial, state }) => [unitSerial, state]),
  );

/** Gives the watch these messages, and waits until they are on record. */
export async function hear(ledger: Ledger, asking: Asking, heard: readonly AwsMessage[]): Promise<void> {
  const messages = createMessages({
    ...{ ledger, clock: leapingClock(), target: 'eu', asking, onNews: () => {}, onChange: () => {} },
    onTrouble: (thrown) => assert.fail(String(thrown)),
  });
  for (const message of heard) messages.take(message);
  await new Promise((resolve) => setImmediate(resolve));
  await messages.close();
}
