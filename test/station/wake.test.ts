/** After a sleep nothing is taken for granted: each thing that changed meanwhile is known when the resume is done. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import type { ScannerConfig } from '../../app/contract/model.ts';
import type { Ports } from '../../app/device/channel.ts';
import { paths } from '../../app/station/index.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const slot = { slotId: 1, name: 'Slot 1', port: 'somewhere', driver: 'agent' };
const scanner: ScannerConfig = { scannerId: 1, name: 'Scanner', port: 'scanner', baud: 9600, suffix: 'cr', prefix: '' };
const nowhere: Ports = {
  list: async () => [],
  open: () => Promise.reject(new Error('nothing is there')),
  watch(_path, listener) {
    listener(false);
    return () => {};
  },
};

async function asleep(t: TestContext, options: Partial<OpenOptions> = {}) {
  const { clock, set } = movableClock();
  const dir = await makeStation([slot], false, { idle: true, own: true });
  const station = await openStation({ dir, kind: 'host', threads: false, ports: nowhere, clock, ...options });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const reasons = async () => (await client.call('bench.snapshot', {})).interlocks.map(({ reason }) => reason);
  assert.deepEqual(await reasons(), []);
  await station.suspend();
  return { station, client, dir, clock, set, reasons };
}

test('the clock: set while the PC slept, it locks the bench before anybody scans', async (t) => {
  const { station, clock, set, reasons } = await asleep(t);
  set(new Date(clock.now().getTime() - 6 * 3_600_000));
  await station.resume();
  assert.deepEqual(await reasons(), ['clock']);
});

test('the CA: locked where its key is used no more, and missing where its file is gone', async (t) => {
  const { station, dir } = await asleep(t);
  station.parts.authority.lock();
  await rename(paths(dir).issuingKey, `${paths(dir).issuingKey}.away`);
  await station.resume();
  assert.equal(station.parts.authority.state(), 'missing');
});

test('ports and tokens are asked again, and a CRL that fell due is made', async (t) => {
  const asked: string[] = [];
  const ports = { ...nowhere, lookAnew: () => void asked.push('ports') };
  const tokens = {
    modules: async () => [],
    list: async () => [],
    makeKey: () => Promise.reject(new Error('none')),
    open: () => Promise.reject(new Error('none')),
    state: async () => 'absent' as const,
    check: async () => {},
    lookAnew: async () => void asked.push('tokens'),
    close: async () => {},
  };
  const none = () => Promise.reject(new Error('none'));
  const keyService = { makeKey: none, open: none, close: () => {} };
  const { station, clock, set } = await asleep(t, { ports, keys: { tokens, keyService } });
  await station.parts.crlJobs.make('test');
  await station.parts.crlJobs.idle();
  const before = (await station.parts.crlJobs.status()).last?.number ?? 0;
  set(new Date(clock.now().getTime() + 20 * 86_400_000));
  await station.resume();
  await station.parts.crlJobs.idle();
  assert.deepEqual(asked.sort(), ['ports', 'tokens']);
  assert.equal((await station.parts.crlJobs.status()).last?.number, before + 1);
});

test('AWS: the next call connects anew; one thing that cannot be looked at keeps nothing else from it', async (t) => {
  const ports = {
    ...nowhere,
    lookAnew() {
      throw new Error('the bus is gone');
    },
  };
  const target = {
    region: 'eu-central-1',
    bucket: 'b',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    policyNames: ['p'],
  };
  // Nothing listens there.
  const cloud = {
    target: { ...target, endpointUrl: 'http://127.0.0.1:9' },
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  const { station, clock, set, reasons } = await asleep(t, { ports, cloud });
  const { cloudLink } = station.parts;
  const before = await cloudLink.cloud();
  assert.equal(await cloudLink.cloud(), before);
  set(new Date(clock.now().getTime() - 6 * 3_600_000));
  await station.resume();
  assert.notEqual(await cloudLink.cloud(), before);
  assert.deepEqual(await reasons(), ['clock']);
});

test('whoever was signed in is signed out after a long sleep, and stays after a short one', async (t) => {
  let uptimeMs = 0;
  const { station, client } = await asleep(t, { uptimeMs: () => uptimeMs });
  const present = async () => (await client.call('session.current', {})).person?.badge;
  uptimeMs += 5 * 60_000;
  await station.resume();
  assert.equal(await present(), 'EN-1');
  await station.suspend();
  uptimeMs += 20 * 60_000;
  await station.resume();
  assert.equal(await present(), undefined);
});

test('a serial scanner is opened anew: what was held open may lead nowhere', async (t) => {
  const opened: string[] = [];
  const scannerPorts: Ports = {
    list: async () => [],
    async open(path) {
      opened.push(path);
      return {
        write: async () => {},
        onData: () => () => {},
        onClose: () => () => {},
        close: async () => void opened.push('closed'),
      };
    },
    watch(_path, listener) {
      listener(true);
      return () => {};
    },
  };
  const { station } = await asleep(t, { scannerPorts });
  await station.parts.scanners.configure([scanner]);
  while (station.parts.scanners.states()?.[0]?.state !== 'ready') await new Promise((resolve) => setImmediate(resolve));
  await station.resume();
  while (opened.length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(opened, ['scanner', 'closed', 'scanner']);
});
