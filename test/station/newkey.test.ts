/** A key is made for a CA that can be, and one that nothing came of is not left behind. */
import assert from 'node:assert/strict';
import { copyFile, readdir } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import {
  type CaKey,
  encryptKey,
  makeRootCertificate,
  newCaKeyPair,
  pemOf,
  readKey,
  softwareKey,
} from '../../app/ca/index.ts';
import { createClient, type NewCustody, StationError } from '../../app/contract/index.ts';
import { createCeremony } from '../../app/station/authorities/ceremony.ts';
import { type KeyPorts, paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const file = { kind: 'file', passphrase } as const;
const token = { kind: 'token', module: '/usr/lib/maker.so', tokenSerial: '0001', pin: '1234' } as const;
const kms = { kind: 'kms', region: 'eu-central-1' } as const;
const access = { kind: 'secret', secret: passphrase } as const;
const by = { actor: 'test' };

/** A token and a KMS whose keys are counted. */
function countedKeys() {
  const made: CaKey[] = [];
  const make = async (): Promise<CaKey> => {
    const key = softwareKey(await newCaKeyPair('P-256'));
    made.push(key);
    return key;
  };
  const unused = () => Promise.reject(new Error('not in this test'));
  const ports: KeyPorts = {
    tokens: {
      modules: async () => [],
      check: async () => {},
      list: unused,
      makeKey: async ({ module, tokenSerial, keyIdHex = 'a1b2' }) => ({
        custody: { kind: 'token', module, tokenLabel: 'line 4', tokenSerial, keyIdHex },
        key: await make(),
      }),
      open: unused,
      state: async () => 'ok',
      close: async () => {},
    },
    keyService: {
      makeKey: async ({ region }) => ({
        custody: { kind: 'kms', region, keyArn: `arn:aws:kms:${region}:123456789012:key/c3d4` },
        key: await make(),
      }),
      open: unused,
      close: () => {},
    },
  };
  return { ports, made, open: () => made.filter((key) => key.state() !== 'closed').length };
}

async function bedOf(t: TestContext) {
  const dir = await makeStation([], false, { own: true });
  const keys = countedKeys();
  const { clock, advance } = movableClock();
  const station = await openStation({ dir, kind: 'host', threads: false, keys: keys.ports, clock });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await client.call('ca.addModule', { path: token.module });
  const { parts } = station;
  const idOf = (kind: 'root' | 'issuing') =>
    parts.authority.all().find(({ record }) => record.kind === kind)?.facts.issuerId ?? '';
  const files = async () => (await readdir(paths(dir).ca)).sort();
  return { dir, station, parts, client, keys, advance, rootId: idOf('root'), issuingId: idOf('issuing'), files };
}
type Bed = Awaited<ReturnType<typeof bedOf>>;

const issuing = (parentId: string, custody: NewCustody, over = {}) => ({
  ...{ commonName: 'Issuing CA 2', keyType: 'P-256' as const, years: 5, custody, parentId, access, activate: false },
  ...over,
});

test('what could not be certified is refused before there is a key', async (t) => {
  const { dir, client, keys, advance, rootId, issuingId, files } = await bedOf(t);
  const before = await files();
  const nothingMade = async () => assert.deepEqual([keys.made.length, await files()], [0, before]);
  for (const custody of [file, token, kms]) {
    await assert.rejects(client.call('ca.makeIssuing', issuing(issuingId, custody)), refuses('ca.unfit'));
    const unnamed = { commonName: 'Bell \u0007 CA', keyType: 'P-256' as const, years: 5, custody };
    await assert.rejects(client.call('ca.makeRoot', unnamed), refuses('call.badParams'));
    await assert.rejects(client.call('ca.request', unnamed), refuses('call.badParams'));
    await nothingMade();
  }
  await copyFile(paths(await makeStation([], false, { own: true })).rootKey, paths(dir).rootKey);
  await assert.rejects(client.call('ca.makeIssuing', issuing(rootId, token)), refuses('ca.unfit'));
  await nothingMade();
  advance(21 * 365 * 24 * 3600_000);
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await assert.rejects(client.call('ca.makeIssuing', issuing(rootId, token)), refuses('ca.expired'));
  await nothingMade();
});

/** A CA of another tool: its key and one of its certificates, as a file. */
async function foreignCa() {
  const privateKey = await newCaKeyPair('P-256');
  const content = async (commonName: string) => {
    const names = { commonName, organisation: 'Plant', practice: false };
    const der = await makeRootCertificate({ ...names, years: 9, key: softwareKey(privateKey), now: new Date() });
    const pem = `${await encryptKey(privateKey, passphrase)}${pemOf('CERTIFICATE', der)}`;
    return Buffer.from(pem).toString('base64');
  };
  return { content, spkiSha256: readKey(softwareKey(privateKey).spkiDer).spkiSha256 };
}

const full = () => Promise.reject(new StationError('records.diskFull', 'the disk is full'));
/** Ceremonies over records that cannot be written. */
const unrecorded = ({ parts }: Bed) =>
  createCeremony({ ...parts, ledger: { ...parts.ledger, addAuthority: full, recordAuthorityRequest: full } });

test('records that refuse leave no key file and no open key; one that stays in a token or in KMS is named', async (t) => {
  const bed = await bedOf(t);
  const { keys, rootId, files } = bed;
  const ceremony = unrecorded(bed);
  const before = await files();
  const foreign = await foreignCa();
  const made = { commonName: 'CA 2', keyType: 'P-256' as const, years: 5 };
  const told = async (act: Promise<unknown>): Promise<string> => {
    const error = await act.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof StationError, 'it was refused');
    assert.equal(error.code, 'records.diskFull');
    assert.deepEqual([await files(), keys.open()], [before, 0]);
    return error.detail;
  };
  const custodies: [NewCustody, RegExp][] = [
    [file, /^the disk is full$/],
    [token, /^the disk is full; its key a1b2 stays in the token line 4/],
    [kms, /^the disk is full; its key arn:aws:kms:eu-central-1:123456789012:key\/c3d4 stays in KMS/],
    [{ ...token, keyIdHex: 'c0ffee' }, /^the disk is full$/],
  ];
  for (const [custody, detail] of custodies) {
    assert.match(await told(ceremony.makeRoot({ ...made, custody }, by)), detail);
    assert.match(await told(ceremony.makeIssuing(issuing(rootId, custody), by)), detail);
    assert.match(await told(ceremony.request({ ...made, custody }, by)), detail);
  }
  const brought = { content: await foreign.content('Plant CA'), filePassphrase: passphrase, passphrase, chain: '' };
  await told(ceremony.bringIn({ ...brought, activate: false }, by));
});

test('a key that was brought before keeps its passphrase when another certificate of it is not taken', async (t) => {
  const bed = await bedOf(t);
  const { client, parts } = bed;
  const { content, spkiSha256 } = await foreignCa();
  const { issuerId } = await client.call('ca.import', {
    content: await content('Plant CA'),
    filePassphrase: passphrase,
    passphrase,
  });
  const again = { content: await content('Plant CA 2'), filePassphrase: passphrase, chain: '', activate: false };
  const other = unrecorded(bed).bringIn({ ...again, passphrase: 'quite another passphrase' }, by);
  await assert.rejects(other, refuses('records.diskFull'));
  const key = await parts.homes.open(parts.authority.caOf(issuerId).custody, passphrase);
  assert.equal(readKey(key.spkiDer).spkiSha256, spkiSha256);
});

test('a CA whose record was kept, though its answer was lost, has its key', async (t) => {
  const { dir, station, parts, rootId } = await bedOf(t);
  const addAuthority: typeof parts.ledger.addAuthority = async (params) => {
    await parts.ledger.addAuthority(params);
    throw new StationError('records.failed', 'the answer is lost');
  };
  const ceremony = createCeremony({ ...parts, ledger: { ...parts.ledger, addAuthority } });
  const lost = ceremony.makeIssuing(issuing(rootId, file), by);
  await assert.rejects(lost, refuses('records.failed'));
  await station.close();
  const again = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => again.close());
  const { authority } = again.parts;
  const made = authority.issuing().find(({ facts }) => facts.commonName === 'Issuing CA 2');
  assert.ok(made, 'it is on record');
  await authority.unlockOne(made.facts.issuerId, passphrase);
  assert.equal(authority.keyState(made.facts.issuerId), 'unlocked');
});
