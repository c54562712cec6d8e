/** PKCS#11 modules: only those on the list that an engineer keeps are loaded, by whatever way. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { readKey, softwareKey } from '../../app/ca/index.ts';
import { createClient, StationError } from '../../app/contract/index.ts';
import { type KeyPorts, readConfig } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const maker = '/usr/lib/maker.so';
const other = '/usr/lib/other.so';
const open = '/srv/open.so';
const access = { kind: 'secret', secret: passphrase } as const;

/** A token behind `maker`, and what was loaded of it. */
function ports() {
  const loaded: string[] = [];
  const load = (module: string) => void loaded.push(module);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys: KeyPorts = {
    tokens: {
      modules: async () => [maker, other],
      async check(module) {
        if (module !== open) return;
        const data = { reason: 'moduleWritable', path: module, at: '/srv' };
        throw new StationError('ca.moduleUnsafe', '/srv can be written by others', { data });
      },
      async list(module) {
        load(module);
        return [];
      },
      async makeKey({ module, tokenSerial }) {
        load(module);
        const key = softwareKey(privateKey);
        const keyIdHex = readKey(key.spkiDer).spkiSha256.slice(0, 8);
        return { custody: { kind: 'token', module, tokenLabel: 'line 4', tokenSerial, keyIdHex }, key };
      },
      async open({ module }) {
        load(module);
        return softwareKey(privateKey);
      },
      async state({ module }) {
        load(module);
        return 'ok';
      },
      close: async () => {},
    },
    keyService: {
      makeKey: () => Promise.reject(new Error('not in this test')),
      open: () => Promise.reject(new Error('not in this test')),
      close: () => {},
    },
  };
  return { keys, loaded };
}

async function bedOf(t: TestContext, dir: string, keys: KeyPorts) {
  const station = await openStation({ dir, kind: 'host', threads: false, keys });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const audited = async (entry: string) =>
    (await station.parts.ledger.listAudit({ limit: 100, offset: 0 })).rows.filter((row) => row.entry === entry);
  const makeIssuing = async (module: string) => {
    const { authorities } = await client.call('ca.hierarchy', {});
    const parentId = authorities.find(({ role }) => role === 'root')?.issuerId ?? '';
    const custody = { kind: 'token', module, tokenSerial: '0001', pin: '1234' } as const;
    const made = { commonName: 'Token CA', keyType: 'P-256', years: 5, custody, parentId, access } as const;
    return (await client.call('ca.makeIssuing', made)).issuerId;
  };
  return { station, client, operator, audited, makeIssuing };
}

test('nothing is loaded until an engineer puts it on the list, whoever asks and however', async (t) => {
  const dir = await makeStation();
  const { keys, loaded } = ports();
  const { client, operator, audited, makeIssuing, station } = await bedOf(t, dir, keys);
  const { tokens } = station.parts.homes;
  const custody = { kind: 'token', module: maker, tokenLabel: 'x', tokenSerial: '1', keyIdHex: '01' } as const;
  const unlisted = refuses('ca.moduleNotListed', { reason: 'moduleNotListed', path: maker });
  await assert.rejects(client.call('ca.tokens', { module: maker }), unlisted);
  await assert.rejects(makeIssuing(maker), unlisted);
  const request = { commonName: 'X', keyType: 'P-256', custody: { ...custody, pin: '1' } } as const;
  const { tokenLabel: _, ...home } = request.custody;
  await assert.rejects(client.call('ca.request', { ...request, custody: { ...home, keyIdHex: '01' } }), unlisted);
  await assert.rejects(tokens.open(custody, '1234'), unlisted);
  await assert.rejects(tokens.state(custody), unlisted);
  await client.call('ca.modules', {});
  assert.deepEqual(loaded, [], 'neither an act nor a look loaded anything');
  const refused = (await audited('call.refused')).map(({ subject, data }) => [subject, data.code]);
  assert.ok(refused.some(([subject, code]) => subject === 'ca.tokens' && code === 'ca.moduleNotListed'));

  await assert.rejects(operator.call('ca.addModule', { path: maker }), refuses('session.forbidden'));
  await assert.rejects(client.call('ca.addModule', { path: open }), (thrown) => {
    assert.ok(thrown instanceof StationError);
    assert.deepEqual([thrown.code, thrown.data?.at], ['ca.moduleUnsafe', '/srv']);
    return true;
  });
  await client.call('ca.addModule', { path: maker });
  await client.call('ca.addModule', { path: maker });
  assert.deepEqual(loaded, [], 'putting it on the list loads nothing');
  const [listed, ...more] = await audited('ca.moduleListed');
  assert.deepEqual(
    [listed?.subject, more.length],
    [maker, 1],
    'on record each time that a person asked, with its path',
  );
  assert.match(listed?.actor ?? '', /EN-1/);
  await client.call('ca.tokens', { module: maker });
  assert.deepEqual(loaded, [maker]);
  assert.deepEqual(
    (await audited('ca.moduleUsed')).map(({ subject }) => subject),
    [maker],
  );
  await assert.rejects(client.call('ca.tokens', { module: other }), refuses('ca.moduleNotListed'));
  const view = await client.call('ca.modules', {});
  assert.deepEqual(
    view.map(({ path, listed }) => [path, listed]),
    [
      [maker, true],
      [other, false],
    ],
  );
  assert.deepEqual((await readConfig(dir)).tokenModules, [maker], 'the list is kept');
});

test('a module taken off the list locks what it opened, and opens nothing more', async (t) => {
  const dir = await makeStation();
  const { keys, loaded } = ports();
  const { client, station, makeIssuing, audited } = await bedOf(t, dir, keys);
  await client.call('ca.addModule', { path: maker });
  const issuerId = await makeIssuing(maker);
  assert.equal(station.parts.authority.keyState(issuerId), 'unlocked');
  assert.deepEqual((await client.call('ca.modules', {}))[0]?.usedBy, ['Token CA']);
  await client.call('ca.removeModule', { path: maker });
  assert.equal(station.parts.authority.keyState(issuerId), 'locked');
  assert.deepEqual(
    (await audited('ca.moduleUnlisted')).map(({ subject }) => subject),
    [maker],
  );
  loaded.length = 0;
  await assert.rejects(client.call('ca.unlock', { issuerId, secret: '1234' }), refuses('ca.moduleNotListed'));
  await client.call('ca.hierarchy', {});
  assert.deepEqual(loaded, []);
  await assert.rejects(client.call('ca.removeModule', { path: maker }), refuses('call.badParams'));
  await client.call('ca.addModule', { path: maker });
  await client.call('ca.unlock', { issuerId, secret: '1234' });
  assert.equal(station.parts.authority.keyState(issuerId), 'unlocked');
});

test('a station from before there was a list goes on with the modules its CAs were made with, and no other', async (t) => {
  const dir = await makeStation();
  const { keys, loaded } = ports();
  const first = await bedOf(t, dir, keys);
  await first.client.call('ca.addModule', { path: maker });
  const issuerId = await first.makeIssuing(maker);
  const { tokenModules: _, ...before } = first.station.parts.config.current();
  await first.station.parts.config.save(before);
  await first.station.close();

  const second = await bedOf(t, dir, keys);
  loaded.length = 0;
  await second.client.call('ca.unlock', { issuerId, secret: '1234' });
  assert.deepEqual(loaded, [maker]);
  await assert.rejects(second.client.call('ca.tokens', { module: other }), refuses('ca.moduleNotListed'));
  await second.client.call('ca.addModule', { path: other });
  assert.deepEqual((await readConfig(dir)).tokenModules, [maker, other], 'from the first change on it is kept');
});
