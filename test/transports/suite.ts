/** What must hold whatever is between a client and the station; run over each of the three transports. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type BenchSnapshot,
  createClient,
  type ErrorCode,
  type Station,
  StationError,
  type StationStatus,
  type Transport,
} from '../../app/contract/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation, passphrase } from '../support.ts';

export type Wired = { transport: Transport; close: () => Promise<void> };

export const refusedWith = (code: ErrorCode) => (thrown: unknown) => {
  assert.ok(thrown instanceof StationError, String(thrown));
  assert.equal(thrown.code, code, thrown.detail);
  return true;
};

/** The first event that fits; rejects if the subscription ends first. */
function next<T>(subscribe: (listener: (data: T) => void) => () => void, fits: (data: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const stop = subscribe((data) => {
      if (!fits(data)) return;
      queueMicrotask(() => stop());
      resolve(data);
    });
  });
}

export function transportSuite(name: string, wire: (station: StationHandle) => Promise<Wired>): void {
  describe(`the station over ${name}`, { concurrency: false }, () => {
    let handle: StationHandle;
    let first: Wired;
    let second: Wired;
    let client: Station;

    before(async () => {
      handle = await openStation({ dir: await makeStation(), kind: 'host' });
      first = await wire(handle);
      second = await wire(handle);
      client = createClient(first.transport);
    });
    after(async () => {
      await first?.close();
      await second?.close();
      await handle?.close();
    });

    test('the status can be read before anyone signs in', async () => {
      const status = await client.call('station.status', {});
      assert.equal(status.name, 'Test station');
      assert.equal(status.ca.state, 'locked');
    });

    test('what needs a role is refused to nobody and to the wrong one', async () => {
      await assert.rejects(client.call('units.list', {}), refusedWith('session.signedOut'));
      await client.call('session.signIn', { badge: 'OP-1', pin: '1111' });
      assert.equal((await client.call('units.list', {})).total, 0);
      await assert.rejects(client.call('ca.unlock', { secret: passphrase }), refusedWith('session.forbidden'));
      assert.equal((await client.call('station.status', {})).ca.state, 'locked');
    });

    test('each connection has its own session', async () => {
      const other = createClient(second.transport);
      assert.equal((await other.call('session.current', {})).person, null);
      assert.equal((await client.call('session.current', {})).person?.badge, 'OP-1');
    });

    test('a wrong PIN of another person is refused, leaves the one who is signed in, and its value is not repeated', async () => {
      await assert.rejects(client.call('session.signIn', { badge: 'EN-1', pin: '9876' }), (thrown) => {
        refusedWith('session.wrongPin')(thrown);
        assert.doesNotMatch(JSON.stringify(thrown), /9876/);
        return true;
      });
      assert.equal((await client.call('session.current', {})).person?.badge, 'OP-1');
    });

    test('an engineer unlocks and locks the CA, and every listener sees it', async () => {
      await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
      const other = createClient(second.transport);
      const unlocked = next(
        (listener: (status: StationStatus) => void) => other.on('station.changed', listener),
        (status) => status.ca.state === 'unlocked',
      );
      await client.call('ca.unlock', { secret: passphrase });
      await unlocked;
      const locked = next(
        (listener: (status: StationStatus) => void) => other.on('station.changed', listener),
        (status) => status.ca.state === 'locked',
      );
      await client.call('ca.lock', {});
      await locked;
    });

    test('a wrong passphrase is refused and never repeated', async () => {
      await assert.rejects(client.call('ca.unlock', { secret: 'not the right one at all' }), (thrown) => {
        refusedWith('ca.wrongPassphrase')(thrown);
        assert.doesNotMatch(JSON.stringify(thrown), /not the right one/);
        return true;
      });
    });

    test('subscribing delivers the current snapshot first, then changes with a growing seq', async () => {
      const seen: BenchSnapshot[] = [];
      const three = new Promise<void>((resolve) => {
        const stop = client.on('bench.changed', (snapshot) => {
          seen.push(snapshot);
          if (seen.length === 1) void client.call('ca.unlock', { secret: passphrase });
          if (snapshot.locked === undefined) {
            queueMicrotask(() => stop());
            resolve();
          }
        });
      });
      await three;
      assert.equal(seen[0]?.locked, 'caLocked');
      for (let at = 1; at < seen.length; at += 1) assert.ok(seen[at]!.seq > seen[at - 1]!.seq);
    });

    test('bad parameters name the field; unknown methods and malformed calls are refused', async () => {
      await assert.rejects(client.call('people.add', { name: 'X', badge: '!', pin: '1234', role: 'qa' }), (thrown) => {
        refusedWith('call.badParams')(thrown);
        assert.match((thrown as StationError).detail, /^badge/);
        return true;
      });
      const unknown = await first.transport.call({ method: 'no.such', params: {} });
      assert.ok(!unknown.ok && unknown.error.code === 'call.unknownMethod');
      const inherited = await first.transport.call({ method: 'constructor', params: {} });
      assert.ok(!inherited.ok && inherited.error.code === 'call.unknownMethod');
      const extra = await first.transport.call({ method: 'station.status', params: { extra: 1 } });
      assert.ok(!extra.ok && extra.error.code === 'call.badParams');
    });

    test('nothing that is refused carries a stack or a path', async () => {
      const reply = await first.transport.call({ method: 'units.show', params: { unitSerial: 'NO-SUCH-UNIT' } });
      assert.ok(!reply.ok);
      assert.deepEqual(
        Object.keys(reply.error).sort(),
        ['code', 'data', 'detail'].filter((key) => key in reply.error).sort(),
      );
      assert.doesNotMatch(JSON.stringify(reply), /\.ts:|node:|\/app\//);
    });
  });
}
