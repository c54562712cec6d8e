/** What becomes of the line when its key is idle, kept by the system, pulled out, or about to end. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { type CaKey, readKey, softwareKey, type Vault } from '../../app/ca/index.ts';
import { type Custody, createClient, StationError } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { type KeyPorts, paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const slots = [{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }];
const access = { kind: 'secret', secret: passphrase } as const;

async function bedOf(t: TestContext, options: Partial<OpenOptions> & { dir?: string } = {}) {
  const bench = createPracticeBench({ slots: 1, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = options.dir ?? (await makeStation(slots));
  const station = await openStation({ kind: 'host', threads: false, ports: bench, ...options, dir });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const stateNow = async () => (await client.call('station.status', {})).ca.state;
  return { dir, bench, station, client, stateNow };
}

/** Waits for what happens by itself in the background. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it did not happen');
}

test('a CA that has signed nothing for so long locks itself, and says so in the audit log', async (t) => {
  const { clock, advance } = movableClock();
  const { client, station, stateNow } = await bedOf(t, { clock });
  await client.call('station.configure', { ca: { autoLockMinutes: 30 } });
  await client.call('ca.unlock', { secret: passphrase });
  await station.parts.crlJobs.idle();
  advance(29 * 60_000);
  assert.equal(await stateNow(), 'unlocked');
  await client.call('crl.make', {});
  advance(29 * 60_000);
  assert.equal(await stateNow(), 'unlocked', 'a signature counts');
  advance(2 * 60_000);
  assert.equal(await stateNow(), 'locked');
  await eventually(async () => {
    const { rows } = await station.parts.ledger.listAudit({ limit: 20, offset: 0 });
    return rows.some(({ entry }) => entry === 'ca.autoLocked');
  });
});

test('the passphrase of the active CA opens older CAs that it fits, and one lock closes all', async (t) => {
  const { client, station } = await bedOf(t);
  const { authorities } = await client.call('ca.hierarchy', {});
  const parentId = authorities.find(({ role }) => role === 'root')?.issuerId ?? '';
  const made = { keyType: 'P-256', years: 5, parentId, access } as const;
  const oldId = station.parts.authority.issuer.issuerId;
  const make = (commonName: string, secret: string) =>
    client.call('ca.makeIssuing', { ...made, commonName, custody: { kind: 'file', passphrase: secret } });
  const { issuerId: otherId } = await make('Other passphrase', 'a passphrase of its own');
  const { issuerId: activeId } = await make('Same passphrase', passphrase);
  const open = async () => {
    const { authorities } = await client.call('ca.hierarchy', {});
    return authorities.filter(({ keyState }) => keyState === 'unlocked').map(({ issuerId }) => issuerId);
  };
  const entries = async (name: string) => {
    const { rows } = await station.parts.ledger.listAudit({ limit: 100, offset: 0 });
    return rows.filter(({ entry }) => entry === name).map(({ subject }) => subject);
  };
  assert.deepEqual(new Set(await open()), new Set([activeId, otherId]), 'a CA that was just made is open');
  await client.call('ca.lock', {});
  assert.deepEqual(await open(), []);
  assert.deepEqual(new Set(await entries('ca.locked')), new Set([activeId, otherId]));

  for (const issuerId of [undefined, activeId]) {
    const before = await entries('ca.unlocked');
    await client.call('ca.unlock', { issuerId, secret: passphrase });
    assert.deepEqual(new Set(await open()), new Set([activeId, oldId]), `named: ${issuerId}`);
    const after = await entries('ca.unlocked');
    assert.equal(after.length - before.length, 2, 'each has its entry');
    await client.call('ca.lock', { issuerId: oldId });
    assert.deepEqual(await open(), [activeId], 'one that is named is locked alone');
    await client.call('ca.lock', {});
  }
  await client.call('ca.unlock', { issuerId: oldId, secret: passphrase });
  assert.deepEqual(await open(), [oldId], 'an older one opens nothing but itself');
});

test('the passphrase the system keeps opens the CA at start, until it is forgotten or no longer fits', async (t) => {
  const sealed = new Map<string, string>();
  const vault: Vault = {
    availability: async () => ({ available: true }),
    async encrypt(text) {
      const name = `sealed-${sealed.size + 1}`;
      sealed.set(name, text);
      return Buffer.from(name);
    },
    async decrypt(bytes) {
      const text = sealed.get(Buffer.from(bytes).toString());
      if (text === undefined) throw new Error('not of this user');
      return { text, renew: false };
    },
  };
  const first = await bedOf(t, { vault });
  const { issuerId } = first.station.parts.authority.issuer;
  await first.client.call('ca.unlock', { issuerId, secret: passphrase, remember: true });
  await first.station.close();
  const second = await bedOf(t, { vault, dir: first.dir });
  await eventually(async () => (await second.stateNow()) === 'unlocked');
  await second.station.close();
  const other = await bedOf(t, { dir: first.dir });
  assert.equal(await other.stateNow(), 'locked', 'a program without the key store does not open it');
  const refused = other.client.call('ca.unlock', { issuerId, secret: passphrase, remember: true });
  await assert.rejects(refused, refuses('ca.noVault'));
  await other.station.close();
  for (const [name] of sealed) sealed.set(name, 'not the passphrase any more');
  const third = await bedOf(t, { vault, dir: first.dir });
  await eventually(async () => !(await readdir(paths(first.dir).ca)).some((file) => file.endsWith('.kept')));
  assert.equal(await third.stateNow(), 'locked', 'and it is not tried again');
});

/** One token with keys that are made in it; it can be pulled. */
function tokenPorts() {
  const keys = new Map<string, CaKey>();
  const listeners = new Set<() => void>();
  let present = true;
  const held = (key: CaKey): CaKey => {
    let closed = false;
    const state = () => (closed ? 'closed' : present ? 'ready' : 'absent');
    return {
      spkiDer: key.spkiDer,
      state,
      sign: (algorithm, data) => {
        if (state() === 'absent') return Promise.reject(new StationError('ca.tokenAbsent', 'pulled'));
        return key.sign(algorithm, data);
      },
      onState(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close() {
        closed = true;
      },
    };
  };
  const unused = () => Promise.reject(new Error('not in this test'));
  const ports: KeyPorts = {
    tokens: {
      modules: async () => ['/usr/lib/maker.so'],
      check: async () => {},
      list: unused,
      async makeKey({ module, tokenSerial, pin }) {
        if (pin !== '1234') throw new StationError('ca.wrongPin', 'refused', { data: { pin: 'countLow' } });
        const key = softwareKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
        const keyIdHex = readKey(key.spkiDer).spkiSha256.slice(0, 16);
        keys.set(keyIdHex, key);
        return { custody: { kind: 'token', module, tokenLabel: 'line 4', tokenSerial, keyIdHex }, key: held(key) };
      },
      async open({ keyIdHex }) {
        return held(keys.get(keyIdHex)!);
      },
      state: async () => (present ? 'ok' : 'absent'),
      close: async () => {},
    },
    keyService: { makeKey: unused, open: unused, close: () => {} },
  };
  const plug = (now: boolean) => {
    present = now;
    for (const listener of listeners) listener();
  };
  return { ports, plug };
}

test('a token that is pulled stops the bench, which says so, and goes on when it is back', async (t) => {
  const { ports: keys, plug } = tokenPorts();
  const { client, bench, stateNow } = await bedOf(t, { keys });
  await client.call('ca.addModule', { path: '/usr/lib/maker.so' });
  const { authorities } = await client.call('ca.hierarchy', {});
  const parentId = authorities.find(({ role }) => role === 'root')?.issuerId ?? '';
  const make = (pin: string) =>
    client.call('ca.makeIssuing', {
      commonName: 'Token CA',
      keyType: 'P-256',
      years: 5,
      custody: { kind: 'token', module: '/usr/lib/maker.so', tokenSerial: '0001', pin },
      parentId,
      access,
    });
  await assert.rejects(make('9999'), refuses('ca.wrongPin'));
  await make('1234');
  assert.equal(await stateNow(), 'unlocked');
  bench.plug(1);
  await slotWhen(client, 1, 'SCAN');
  plug(false);
  const locked = await slotWhen(client, 1, 'LOCKED');
  assert.deepEqual([locked.lockReason, locked.ask], ['caAbsent', 'plugInToken']);
  assert.equal(await stateNow(), 'absent');
  plug(true);
  const waiting = await slotWhen(client, 1, 'SCAN');
  const { label } = bench.snapshot()[0]?.device ?? { label: '' };
  await client.call('bench.scan', { text: label, ...(waiting.prompt ? { promptId: waiting.prompt.promptId } : {}) });
  await slotWhen(client, 1, 'PASS');
  const { certificates } = await client.call('units.show', { unitSerial: label });
  assert.match(certificates[0]?.pem ?? '', /BEGIN CERTIFICATE/);
});

test('from 90 days before the end there is a warning, and afterwards nothing is issued', async (t) => {
  const { clock, advance } = movableClock();
  const { client, bench, station, stateNow } = await bedOf(t, { clock });
  await client.call('station.configure', { ca: { autoLockMinutes: 0 } });
  await client.call('ca.unlock', { secret: passphrase });
  const { ca } = await client.call('station.status', {});
  assert.deepEqual(ca.ending, []);
  const day = 24 * 3600 * 1000;
  const end = Date.parse(ca.issuingNotAfterAt ?? '');
  advance(end - clock.now().getTime() - 89.5 * day);
  const { ending } = (await client.call('station.status', {})).ca;
  assert.deepEqual(
    ending.map(({ commonName, daysLeft }) => [commonName, daysLeft]),
    [['Test station Issuing CA', 89]],
  );
  const doctor = await client.call('station.doctor', {});
  assert.match(doctor.find(({ name }) => name === 'ca')?.remedy ?? '', /new issuing CA/);
  assert.equal(await stateNow(), 'unlocked');
  advance(90 * day);
  assert.equal(await stateNow(), 'expired');
  // The line stood still for so long: an engineer says that the clock is right.
  await client.call('bench.release', {});
  bench.plug(1);
  const locked = await slotWhen(client, 1, 'LOCKED');
  assert.equal(locked.lockReason, 'caExpired');
  await assert.rejects(client.call('ca.unlock', { secret: passphrase }), refuses('ca.expired'));
  const custody: Custody = station.parts.authority.caOf(station.parts.authority.issuer.issuerId).custody;
  assert.equal(custody.kind, 'file');
});
