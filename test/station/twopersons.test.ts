/** Acts on a CA's key take two persons: which acts, who agrees, who is alone, and what the records say of it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { createClient, type MethodName, methods, type Person, type Station } from '../../app/contract/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const access = { kind: 'secret', secret: passphrase } as const;
const custody = { kind: 'file', passphrase } as const;
const engineerTwo = { name: 'Enzo', badge: 'EN-2', pin: '480627', role: 'engineer' } as const;
const quality = { name: 'Quentin', badge: 'QA-1', pin: '735091', role: 'qa' } as const;
const byEnzo = { badge: 'EN-2', pin: '480627' };

async function bedOf(t: TestContext, ...people: (typeof engineerTwo | typeof quality)[]) {
  const dir = await makeStation();
  const vault = {
    availability: async () => ({ available: true }),
    encrypt: async (text: string) => new Uint8Array(Buffer.from(text)),
    decrypt: async (sealed: Uint8Array) => ({ text: Buffer.from(sealed).toString(), renew: false }),
  };
  const station = await openStation({ dir, kind: 'host', threads: false, vault });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  for (const person of people) await client.call('people.add', person);
  await client.call('ca.unlock', { secret: passphrase });
  const audited = async (entry: string) => {
    const { rows } = await station.parts.ledger.listAudit({ limit: 200, offset: 0 });
    return rows.filter((row) => row.entry === entry);
  };
  const { authorities } = await client.call('ca.hierarchy', {});
  const idOf = (role: 'root' | 'issuing') => authorities.find((ca) => ca.role === role)?.issuerId ?? '';
  return { dir, station, client, audited, root: idOf('root'), issuing: idOf('issuing') };
}
type Bed = Awaited<ReturnType<typeof bedOf>>;

/** Each act of two persons that can be tried on a new station, by the entry it leaves. */
const acts: { method: MethodName; entry: string; call: (bed: Bed, second?: typeof byEnzo) => Promise<unknown> }[] = [
  {
    method: 'ca.exportKey',
    entry: 'ca.exported',
    call: ({ client, root }, second) =>
      client.call('ca.exportKey', { issuerId: root, access, format: 'pem', passphrase, second }),
  },
  {
    method: 'ca.splitKey',
    entry: 'ca.split',
    call: ({ client, root }, second) =>
      client.call('ca.splitKey', { issuerId: root, access, shares: 3, threshold: 2, second }),
  },
  {
    method: 'ca.changePassphrase',
    entry: 'ca.passphraseChanged',
    call: ({ client, issuing }, second) =>
      client.call('ca.changePassphrase', { issuerId: issuing, secret: passphrase, passphrase, second }),
  },
  {
    method: 'ca.unlock',
    entry: 'ca.passphraseKept',
    call: ({ client, issuing }, second) =>
      client.call('ca.unlock', { issuerId: issuing, secret: passphrase, remember: true, second }),
  },
  {
    method: 'ca.makeRoot',
    entry: 'issuer.added',
    call: ({ client }, second) =>
      client.call('ca.makeRoot', { commonName: 'Root 2', keyType: 'P-256', years: 20, custody, second }),
  },
  {
    method: 'ca.makeIssuing',
    entry: 'issuer.added',
    call: ({ client, root }, second) =>
      client.call('ca.makeIssuing', {
        ...{ commonName: 'Issuing 2', keyType: 'P-256', years: 5, custody, parentId: root, access, second },
        activate: false,
      }),
  },
  {
    method: 'ca.activate',
    entry: 'issuer.activated',
    call: ({ client, issuing }, second) => client.call('ca.activate', { issuerId: issuing, second }),
  },
  {
    method: 'ca.import',
    entry: 'issuer.added',
    call: async (bed, second) => {
      const content = Buffer.from(await otherCa()).toString('base64');
      return bed.client.call('ca.import', { content, filePassphrase: passphrase, passphrase, second });
    },
  },
  {
    method: 'ca.revoke',
    entry: 'issuer.revoked',
    call: ({ client, issuing }, second) =>
      client.call('ca.revoke', { issuerId: issuing, reason: 'cACompromise', note: 'stolen', access, second }),
  },
  {
    method: 'ca.takeOffline',
    entry: 'ca.keyMoved',
    call: ({ client, root }, second) =>
      client.call('ca.takeOffline', { issuerId: root, confirm: 'Test station Root CA', second }),
  },
];

/** Key and certificate of another station's root. */
let other: Promise<string> | undefined;
const otherCa = (): Promise<string> => {
  other ??= makeStation([], false, { own: true }).then(async (dir) => {
    const { rootKey, rootCertificate } = paths(dir);
    return `${await readFile(rootKey, 'utf8')}${await readFile(rootCertificate, 'utf8')}`;
  });
  return other;
};

/** What `takeOffline` asks for; proving takes one person. */
async function provedRoot({ station, root }: Bed): Promise<void> {
  const { authority, ledger } = station.parts;
  const { facts, custody: at } = authority.caOf(root);
  const { spkiSha256 } = facts;
  await ledger.recordBackupProof({ issuerId: root, spkiSha256, custody: at, by: 'export', actor: 'test' });
  await authority.reload();
}

const isAlone = (answer: unknown): boolean => (answer as { alone: boolean }).alone;

test('every act on a CA is told to be of one person or of two, and the table is the whole list', () => {
  const ofOne: readonly MethodName[] = [
    ...(['ca.request', 'ca.discard', 'ca.proveBackup', 'ca.rootCrl'] as const),
    ...(['ca.lock', 'ca.forget', 'ca.sign'] as const),
    ...(['ca.tokens', 'ca.addModule', 'ca.removeModule'] as const),
  ];
  const audited = (Object.keys(methods) as MethodName[]).filter(
    (name) => name.startsWith('ca.') && methods[name].audited,
  );
  const ofTwo = audited.filter((name) => 'secondPerson' in methods[name]);
  assert.deepEqual(
    audited.filter((name) => !ofOne.includes(name)),
    ofTwo,
  );
  const tried = new Set<MethodName>([...acts.map(({ method }) => method), 'ca.complete']);
  assert.deepEqual([...tried].sort(), [...ofTwo].sort(), 'each of them is tried here');
});

test('with a second engineer on record nothing is done until they agree, and then the records name both', async (t) => {
  const bed = await bedOf(t, engineerTwo);
  const { client, audited, dir, station } = bed;
  await provedRoot(bed);
  assert.equal((await client.call('ca.hierarchy', {})).alone, false);
  for (const { method, entry, call } of acts) {
    const before = [await audited(entry), await client.call('ca.hierarchy', {})];
    await assert.rejects(call(bed), refuses('session.secondPerson', { reason: 'needed' }), method);
    await assert.rejects(call(bed, { badge: 'EN-2', pin: '999999' }), refuses('session.wrongPin'), method);
    assert.deepEqual(
      [await audited(entry), await client.call('ca.hierarchy', {})],
      before,
      `${method}: nothing is done`,
    );
    assert.ok(existsSync(paths(dir).rootKey), method);
    assert.equal(isAlone(await call(bed, byEnzo)), false, method);
    const [row] = await audited(entry);
    assert.deepEqual(
      [row?.actor, row?.data.agreedBy, row?.data.alone],
      ['Erin (EN-1)', 'Enzo (EN-2)', undefined],
      method,
    );
  }
  assert.ok(!existsSync(paths(dir).rootKey), 'the last act took the key away');
  assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
});

test('a certificate that comes back from elsewhere takes two as well', async (t) => {
  const bed = await bedOf(t, engineerTwo);
  const { client } = bed;
  const request = await client.call('ca.request', { commonName: 'Plant', keyType: 'P-256', custody });
  const complete = (second?: typeof byEnzo) =>
    client.call('ca.complete', { requestId: request.requestId, certificates: 'none', second });
  await assert.rejects(complete(), refuses('session.secondPerson', { reason: 'needed' }));
  await assert.rejects(complete(byEnzo), { code: 'ca.unfit' }, 'agreed on, it is looked at');
  await client.call('ca.discard', { requestId: request.requestId });
});

test('who may agree: QA or another engineer; not an operator, not the same person, nobody who was let go', async (t) => {
  const bed = await bedOf(t, engineerTwo, quality);
  const [exporting] = acts;
  const ask = (second: typeof byEnzo) => exporting!.call(bed, second);
  const refused = (reason: string) => refuses('session.secondPerson', { reason });
  await assert.rejects(ask({ badge: 'EN-1', pin: '2222' }), refused('same'));
  await assert.rejects(ask({ badge: 'OP-1', pin: '1111' }), refused('role'));
  await ask({ badge: 'QA-1', pin: '735091' });
  const [row] = await bed.audited('ca.exported');
  assert.equal(row?.data.agreedBy, 'Quentin (QA-1)');
  const people = await bed.client.call('people.list', {});
  const enzo = people.find(({ badge }) => badge === 'EN-2');
  await bed.client.call('people.deactivate', { personId: enzo?.personId ?? 0 });
  await assert.rejects(ask(byEnzo), refuses('session.wrongPin'));
});

test('wrong PINs of the one who shall agree lock the badge, as at sign-in', async (t) => {
  const bed = await bedOf(t, engineerTwo);
  const [exporting] = acts;
  for (let tries = 0; tries < 5; tries += 1)
    await assert.rejects(exporting!.call(bed, { badge: 'EN-2', pin: '000000' }), refuses('session.wrongPin'));
  await assert.rejects(exporting!.call(bed, byEnzo), { code: 'session.lockedOut' });
  const there = createClient(bed.station.connect('test'));
  await assert.rejects(there.call('session.signIn', byEnzo), { code: 'session.lockedOut' }, 'one count for both');
});

test('an engineer who is the only one acts alone, is told so before and after, and so are the records', async (t) => {
  const bed = await bedOf(t);
  await provedRoot(bed);
  assert.equal((await bed.client.call('ca.hierarchy', {})).alone, true, 'said before the act');
  for (const { method, entry, call } of acts) {
    assert.equal(isAlone(await call(bed)), true, method);
    const [row] = await bed.audited(entry);
    assert.deepEqual([row?.data.alone, row?.data.agreedBy], [true, undefined], method);
  }
});

test('once the second engineer is let go the first one is alone; with QA there nobody is', async (t) => {
  const bed = await bedOf(t, engineerTwo);
  const [exporting] = acts;
  const alone = async () => (await bed.client.call('ca.hierarchy', {})).alone;
  const people = await bed.client.call('people.list', {});
  await bed.client.call('people.deactivate', { personId: people.find(({ badge }) => badge === 'EN-2')?.personId ?? 0 });
  assert.equal(await alone(), true);
  assert.equal(isAlone(await exporting!.call(bed)), true);
  await bed.client.call('people.add', quality);
  assert.equal(await alone(), false);
  await assert.rejects(exporting!.call(bed), refuses('session.secondPerson', { reason: 'needed' }));
});

test('the operating-system user is no person: where two are on record, two of them act', async (t) => {
  const bed = await bedOf(t);
  const console: Person = { personId: 0, name: 'root', badge: 'OS-USER', role: 'engineer' };
  const shell: Station = createClient(bed.station.connect('cli', console));
  const [exporting] = acts;
  const ask = (second?: typeof byEnzo) => exporting!.call({ ...bed, client: shell }, second);
  assert.equal((await shell.call('ca.hierarchy', {})).alone, true);
  assert.equal(isAlone(await ask()), true, 'with one engineer on record there is no second');
  await bed.client.call('people.add', engineerTwo);
  assert.equal((await shell.call('ca.hierarchy', {})).alone, false);
  const refused = refuses('session.secondPerson', { reason: 'noPerson' });
  await assert.rejects(ask(), refused);
  await assert.rejects(ask(byEnzo), refused, 'a passphrase and one badge may be one person');
});

test('opening a key for the day takes one person; one who is named all the same has to agree', async (t) => {
  const { client } = await bedOf(t, engineerTwo);
  const { alone } = await client.call('ca.unlock', { secret: passphrase });
  assert.equal(alone, false);
  await assert.rejects(
    client.call('ca.unlock', { secret: passphrase, second: { badge: 'EN-2', pin: '999999' } }),
    refuses('session.wrongPin'),
  );
});
