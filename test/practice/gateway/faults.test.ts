/** Troubles of the gateway that a person asks for: once, or until they are ended. */
import assert from 'node:assert/strict';
import { before, type TestContext, test } from 'node:test';
import type { PracticeAws } from '../../../app/practice/aws/index.ts';
import { attempt, type Bed, bed, type Device, logged, reasons, registered } from './support.ts';

let at: Bed;
let who: Device;
before(async (t) => {
  at = await bed(t as TestContext);
  who = await registered(at, 'unit');
});

const troubles: { trouble: 'refuses' | 'drops' | 'certificate'; outage: string; says: RegExp }[] = [
  { trouble: 'refuses', outage: 'gatewayRefuses', says: /closed|disconnected before secure|ECONNRESET|EPIPE/ },
  { trouble: 'drops', outage: 'gatewayDrops', says: /closed/ },
  { trouble: 'certificate', outage: 'gatewayCertificate', says: /certificate/ },
];
for (const { trouble, outage, says } of troubles) {
  test(`${trouble}: so many connections meet it, then all is well again`, async (t) => {
    at.aws.setFault({ kind: 'gateway', trouble, times: 2 });
    assert.match(await attempt(t, at, who, 'unit'), says);
    assert.match(await attempt(t, at, who, 'unit'), says);
    assert.equal(await attempt(t, at, who, 'unit'), 'connected');
  });

  test(`${trouble}: all connections meet it until it is ended, and the other services do not`, async (t) => {
    at.aws.setOutage(outage as Parameters<PracticeAws['setOutage']>[0]);
    for (let times = 0; times < 3; times += 1) assert.match(await attempt(t, at, who, 'unit'), says);
    await registered(at, `unit-${trouble}`);
    at.aws.setOutage(null);
    assert.equal(await attempt(t, at, who, 'unit'), 'connected');
  });
}

test('a connection that is dropped, and one that the device gave up, have a reason in the log', async (t) => {
  at.aws.setFault({ kind: 'gateway', trouble: 'drops', times: 1 });
  await attempt(t, at, who, 'unit');
  assert.match(reasons(at.aws).at(-1) ?? '', /A fault was asked for/);
  at.aws.setFault({ kind: 'gateway', trouble: 'certificate', times: 1 });
  await attempt(t, at, who, 'unit');
  await logged(at.aws, /Perhaps (it|the client) does not trust the server certificate/);
});

test('slow: the answer to CONNECT is late, and the device may give up', async (t) => {
  at.aws.setFault({ kind: 'gateway', trouble: 'slow', times: 1 });
  assert.match(await attempt(t, at, who, 'unit', { connectTimeout: 200 }), /connack timeout/);
  assert.equal(await attempt(t, at, who, 'unit'), 'connected');
});

test('the log is asked for by an act, whole or after an entry', () => {
  const all = at.aws.act({ act: 'log' }).log ?? [];
  const last = all.at(-1);
  assert.ok(last && all.length > 3);
  assert.deepEqual(at.aws.act({ act: 'log', after: last.seq - 1 }).log, [last]);
  assert.equal(at.aws.act({ act: 'status' }).log, undefined);
});
