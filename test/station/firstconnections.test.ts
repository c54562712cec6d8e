/** The watch of first connections: from a PASS to what AWS's registry and its messages say. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createClient, type EventData } from '../../app/contract/index.ts';
import type { RecipeFile } from '../../app/contract/model.ts';
import { recipeFile } from '../../app/contract/model.ts';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import type { AwsMessage } from '../../app/registration/index.ts';
import { placesOf } from '../../app/station/firstconnections/expecting.ts';
import { createMessages } from '../../app/station/firstconnections/messages.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { comes } from '../registration/watching.ts';
import { makeStation, passphrase } from '../support.ts';
import { accountOf, askingOf, hear, now, statesOf, watchedBed } from './watchbed.ts';

const recipe = {
  ...{ name: 'field', model: '*', driver: 'agent', profile: 'aws-iot-device' },
  ...{ provisioning: { way: 'jitp', targets: ['main'] }, firstConnection: { dueDays: 30 } },
};

/** A station on the practice AWS whose recipe leaves the registration to the first connection. */
async function bedOf(t: TestContext) {
  const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY });
  t.after(() => aws.close());
  const { region, bucket, roleArn, policyName, endpoint: endpointUrl, credentials } = aws;
  const rates = { DescribeCertificate: 1000, ListPrincipalThings: 1000, ListAttachedPolicies: 1000 };
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl, rates };
  const bench = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const open = async () => {
    const station = await openStation({ dir, kind: 'host', ports: bench, cloud: { target, credentials } });
    await station.parts.authority.unlock(passphrase);
    const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
    await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
    const pass = async (): Promise<string> => {
      const { label } = bench.plug(1);
      await slotWhen(operator, 1, 'SCAN');
      await operator.call('bench.scan', { text: label });
      await slotWhen(operator, 1, 'PASS');
      bench.unplug(1);
      await slotWhen(operator, 1, 'EMPTY');
      return label;
    };
    /** The next snapshot that fits; it comes by itself. */
    const when = (fits: (now: EventData<'connections.changed'>) => boolean) =>
      new Promise<EventData<'connections.changed'>>((resolve) => {
        const stop = engineer.on('connections.changed', (now) => {
          if (!fits(now)) return;
          queueMicrotask(() => stop());
          resolve(now);
        });
      });
    return { station, engineer, pass, when };
  };
  return { aws, open, iot: iotClient(t, aws) };
}

suite('a station that leaves the registration to the first connection', () => {
  test('a unit waits, comes while the station is closed, and is registered like one of a batch', async (t) => {
    const { aws, open, iot } = await bedOf(t);
    const first = await open();
    assert.equal((await first.engineer.call('connections.snapshot', {})).lacks, 'recipe');
    await first.engineer.call('recipes.save', { text: JSON.stringify(recipe) });
    await first.engineer.call('recipes.approve', { name: 'field', version: 1 });
    assert.equal((await first.engineer.call('connections.snapshot', {})).lacks, null);
    await first.engineer.call('cloud.registerCa', {});
    const unitSerial = await first.pass();
    const other = await first.pass();
    await first.when(({ total }) => total.waiting === 2);
    const { certificates } = await first.engineer.call('units.show', { unitSerial });
    await first.station.close();
    await comes(iot, {
      ...{ certificatePem: certificates[0]!.pem!, thingName: unitSerial },
      policyName: aws.policyName,
    });

    const { station, engineer, when } = await open();
    t.after(() => station.close());
    const { total, orders } = await when(({ total: now }) => now.connected === 1);
    assert.deepEqual(total, { waiting: 1, connected: 1, failed: 0, overdue: 0 });
    assert.equal(orders[0]?.connected, 1);
    const [row] = await engineer.call('connections.show', { unitSerial });
    assert.deepEqual(
      [row?.state, row?.source, row?.madeName, row?.clientId],
      ['connected', 'registry', unitSerial, null],
    );
    const { state, journal } = await engineer.call('units.show', { unitSerial });
    assert.equal(state, 'registered');
    assert.deepEqual(
      journal.slice(-2).map(({ entry }) => entry),
      ['connection.registered', 'connection.seen'],
    );
    await engineer.call('drift.check', { things: true });
    const drift = await station.parts.driftJobs.running();
    assert.deepEqual([drift?.state, drift?.units, drift?.findings], ['done', 1, []]);
    assert.equal((await engineer.call('batches.snapshot', {})).readyUnits, 0, 'no batch waits for them');

    await engineer.call('connections.check', {});
    await assert.rejects(engineer.call('connections.check', {}), refuses('call.badParams'));
    const check = await station.parts.connectionWatch.checks.running();
    assert.deepEqual([check?.state, check?.total, check?.done, check?.changed], ['done', 1, 1, 0]);
    const list = await engineer.call('connections.list', { state: 'waiting' });
    assert.deepEqual([list.total, list.rows[0]?.unitSerial], [1, other]);
    await assert.rejects(engineer.call('connections.check', { orderId: 'no' }), refuses('order.notFound'));
    await assert.rejects(engineer.call('connections.check', { target: 'no' }), refuses('cloud.noTarget'));
  });

  test('which units are waited for, and how AWS comes to know them', () => {
    const of = (more: object) =>
      placesOf(
        recipeFile.parse({ ...recipe, provisioning: undefined, firstConnection: undefined, ...more }) as RecipeFile,
      );
    const rule = { firstConnection: {} };
    assert.deepEqual(of({}), []);
    assert.deepEqual(of(rule), [{ target: 'main', way: 'bulk' }]);
    const bulk = { provisioning: { way: 'withoutCa', targets: ['eu', 'us'] } };
    assert.deepEqual(of(bulk), [], 'the station registers them, and nothing is asked of their first connection');
    assert.deepEqual(
      of({ ...bulk, ...rule }).map(({ target }) => target),
      ['eu', 'us'],
    );
    const claim = { target: 'eu', template: 'T' };
    assert.deepEqual(of({ provisioning: { way: 'claim', ...claim } }), [{ target: 'eu', way: 'claim' }]);
    const byUser = (by: string) => of({ provisioning: { way: 'trustedUser', by, ...claim } })[0]?.way;
    assert.deepEqual([byUser('station'), byUser('device')], ['stationClaim', 'trustedUser']);
  });
});

suite('messages and the registry', () => {
  test('a message is on record before the next breath; those of other devices are not', async (t) => {
    const { bed, ids } = await watchedBed(t, ['A', 'B']);
    const { cloud } = accountOf();
    const changes: number[] = [];
    const messages = createMessages({
      ...{ ledger: bed.ledger, clock: systemClock, target: 'eu', asking: askingOf(bed, cloud), onNews: () => {} },
      onChange: () => void changes.push(Date.now()),
      onTrouble: (thrown) => assert.fail(String(thrown)),
    });
    t.after(() => messages.close());
    const connected = (certificateId: string, clientId: string): AwsMessage => ({
      ...{ kind: 'connected', at: new Date(now), certificateId, clientId, sourceIp: '192.0.2.7' },
    });
    const began = performance.now();
    messages.take(connected(ids.get('A')!, 'client-a'));
    messages.take(connected('f'.repeat(64), 'B'));
    while (changes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(performance.now() - began < 1000);
    assert.deepEqual(await statesOf(bed), { A: 'connected', B: 'waiting' });
    const [row] = await bed.ledger.showConnections('A');
    assert.deepEqual([row?.clientId, row?.sourceIp, row?.source], ['client-a', '192.0.2.7', 'presence']);
  });

  test('whatever comes by which way, late, twice or never: the end is what the registry says', async (t) => {
    const serials = Array.from({ length: 10 }, (_, n) => `U${n}`);
    const act = fc.constantFrom('message', 'list', 'nothing', 'away');
    const lives = fc.array(
      fc.tuple(fc.constantFrom(...serials), fc.constantFrom('ACTIVE', 'PENDING_ACTIVATION', 'REVOKED'), act),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        const { bed, ids } = await watchedBed(t, serials);
        bed.clock.advance(2 * 60 * 60_000);
        const account = accountOf();
        const asking = askingOf(bed, account.cloud);
        const wanted = new Map<string, string>();
        for (const [serial, status, how] of steps) {
          const id = ids.get(serial)!;
          // A certificate that is ACTIVE or revoked does not go back to where it was before.
          const came = wanted.get(serial);
          if (came !== undefined && came !== 'failed') continue;
          account.come(id, serial, status);
          wanted.set(serial, status === 'ACTIVE' ? 'connected' : 'failed');
          if (how === 'away') account.away(3);
          if (how === 'message') {
            const kind = status === 'ACTIVE' ? ('connected' as const) : ('registered' as const);
            const message = { at: new Date(now), certificateId: id, clientId: serial, sourceIp: null };
            const heard = { kind, ...message } as AwsMessage;
            await hear(bed.ledger, asking, [heard, heard]);
          } else if (how !== 'nothing') await asking.lookInLists(['ca']);
        }
        // The last look has all that was missed, and those of which AWS said something that was not the end.
        await asking.lookInLists(['ca']);
        const { rows } = await bed.ledger.listConnections({ limit: 500 });
        await asking.ask(rows.filter(({ state }) => state !== 'connected'));
        const end = await statesOf(bed);
        for (const serial of serials) assert.equal(end[serial], wanted.get(serial) ?? 'waiting', serial);
        await bed.database.close();
      }),
      { numRuns: 6 },
    );
  });

  test('a unit that the function refused is on no allow-list; any other that stays pending was not activated', async (t) => {
    const { bed, ids } = await watchedBed(t, ['A', 'B', 'C', 'D'], 'jitr');
    bed.clock.advance(2 * 60 * 60_000);
    const account = accountOf();
    for (const [serial, id] of ids) {
      const cameNow = serial > 'B';
      account.come(id, serial, 'PENDING_ACTIVATION', cameNow ? bed.clock.now() : undefined);
    }
    for (const serial of ['A', 'C']) account.refuse(ids.get(serial)!);
    await askingOf(bed, account.cloud).lookInLists(['ca']);
    const { rows } = await bed.ledger.listConnections({});
    assert.deepEqual(
      rows.map(({ unitSerial, reason }) => [unitSerial, reason]),
      [
        ['A', 'notAllowed'],
        ['B', 'notActivated'],
        ['C', 'notAllowed'],
        ['D', null],
      ],
    );
  });

  test('units that come at once are each on record once, and none is asked for again', async (t) => {
    const serials = Array.from({ length: 40 }, (_, n) => `U${n + 10}`);
    const { bed, ids } = await watchedBed(t, serials);
    const account = accountOf();
    const asking = askingOf(bed, account.cloud);
    for (const serial of serials) account.come(ids.get(serial)!, serial);
    assert.equal(await asking.lookInLists(['ca']), serials.length);
    const first = account.calls();
    assert.equal(await asking.lookInLists(['ca']), 0);
    assert.ok(account.calls() - first <= 2, 'nothing is asked twice about a unit that connected');
    const { total } = await bed.ledger.connectionCounts();
    assert.equal(total.connected, serials.length);
    const seen = (await bed.ledger.showUnit('U17')).journal.filter(({ entry }) => entry === 'connection.seen');
    assert.equal(seen.length, 1);
  });

  test('hundreds of units that come at once by every way of hearing of them: each ends once, as AWS has it', async (t) => {
    const serials = Array.from({ length: 300 }, (_, n) => `U${String(n).padStart(4, '0')}`);
    const { bed, ids } = await watchedBed(t, serials);
    bed.clock.advance(2 * 60 * 60_000);
    const account = accountOf();
    const asking = askingOf(bed, account.cloud);
    const heard: AwsMessage[] = [];
    for (const [n, serial] of serials.entries()) {
      // Of ten units one never comes, one is turned away, and of the others half are heard of at once, some twice.
      if (n % 10 === 9) continue;
      const certificateId = ids.get(serial)!;
      account.come(certificateId, serial, n % 10 === 8 ? 'PENDING_ACTIVATION' : 'ACTIVE');
      const message = { at: new Date(now), certificateId, clientId: serial, sourceIp: '192.0.2.7' };
      if (n % 10 < 4) heard.push({ kind: 'connected', ...message });
      if (n % 10 === 0) heard.push({ kind: 'connected', ...message });
    }
    await Promise.all([hear(bed.ledger, asking, heard), asking.lookInLists(['ca'])]);
    const { total } = await bed.ledger.connectionCounts();
    assert.deepEqual(total, { connected: 240, failed: 30, waiting: 30, overdue: 0 });
    const before = account.calls();
    await hear(bed.ledger, asking, heard);
    assert.equal(await asking.lookInLists(['ca']), 0, 'nothing is news twice');
    assert.ok(account.calls() - before < 120, 'who has connected is not asked about again');
    for (const serial of ['U0000', 'U0001', 'U0005', 'U0290']) {
      const seen = (await bed.ledger.showUnit(serial)).journal.filter(({ entry }) => entry === 'connection.seen');
      assert.equal(seen.length, 1, serial);
    }
  });
});
