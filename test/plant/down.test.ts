/** What flows from a plant in a real PostgreSQL to three stations: signed, in order, once, and nothing that is not the plant's. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PlantDocumentKind, PlantItems, PlantPerson, PlantTaken, PlantTrust } from '../../app/contract/model.ts';
import {
  admitLogin,
  assertPublishedBy,
  isShipped,
  newPlantKey,
  type PlantSql,
  publicBytes,
  publishDocument,
  setPlantKey,
  unitOfCertificate,
  viewPlant,
  viewPublished,
} from '../../app/plant/index.ts';
import { hashCheaply, hashPin } from '../../app/records/people/pins.ts';
import { createPlantDocuments } from '../../app/station/plant/documents.ts';
import { readProfiles } from '../../app/station/recipes/profiles.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { issueFor, passUnit, refuses, start } from '../records/support.ts';
import { withoutPostgres } from './cluster.ts';
import { signedOf } from './documents.ts';
import { makePlant, makeStationBed, type PlantBed, type StationBed, ship } from './support.ts';

hashCheaply();

type KeyedPlant = PlantBed & { key: KeyObject; trust: PlantTrust };
type Ending = Parameters<typeof makePlant>[0];

async function keyed(t: Ending, plant?: PlantBed): Promise<KeyedPlant> {
  const made = plant ?? (await makePlant(t));
  const key = newPlantKey();
  await setPlantKey(made.admin, { key, now: new Date() });
  const { plantId } = await viewPlant(made.admin);
  return { ...made, key, trust: { publicKey: Buffer.from(publicBytes(key)).toString('base64url'), plantId } };
}

const publish = <K extends PlantDocumentKind>({ admin, key }: KeyedPlant, kind: K, items: PlantItems[K]) =>
  publishDocument(admin, { kind, key, change: () => items, now: new Date() });

/** Ships and takes, as a station does at each contact. Returns what it has then. */
async function take(station: StationBed, trust: PlantTrust | undefined): Promise<PlantTaken[]> {
  await ship(station);
  const documents = createPlantDocuments({
    ledger: station.ledger,
    profiles: await readProfiles(dirname(station.file), await station.ledger.plantProfiles()),
    onApplied: () => {},
    onRevoked: () => {},
  });
  const sql = await openPlant(station.url);
  const plantId = (await station.ledger.plantStanding()).mark!.plantId;
  await documents.take(sql, { trust, plantId }).finally(() => sql.close());
  return documents.status(trust?.plantId ?? plantId);
}

const problems = (taken: PlantTaken[]) =>
  taken.flatMap(({ kind, rejected }) => (rejected ? [[kind, rejected.version, rejected.problem]] : []));
const versions = (taken: PlantTaken[]) => taken.map(({ version }) => version);

async function personOf(badge: string, name: string, role: PlantPerson['role'], pin = '482913'): Promise<PlantPerson> {
  const { pinSalt, pinHash, pinN: n, pinR: r, pinP: p } = await hashPin(pin);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return { badge, name, role, verifier: { salt: text(pinSalt), hash: text(pinHash), n, r, p } };
}

const entriesOf = async ({ ledger }: StationBed, entry: string) =>
  (await ledger.listAudit({ limit: 1000, offset: 0 })).rows.filter((row) => row.entry === entry);
const peopleOf = async ({ ledger }: StationBed) =>
  (await ledger.listPeople()).map(({ badge, name, role, active, source }) => [badge, name, role, active, source]);

const recipeText = (name: string, more: object = {}) =>
  JSON.stringify({ name, model: 'BM-1', driver: 'agent', profile: 'aws-iot-device', ...more });

describe('what flows from a plant to its stations', { skip: withoutPostgres }, () => {
  test('people come to all stations, also to one that was cut off; those of a station stay', async (t) => {
    const plant = await keyed(t);
    const [north, south, east] = await Promise.all(
      ['north', 'south', 'east'].map((name) => makeStationBed(t, plant, name)),
    );
    await south!.ledger.addPerson({ name: 'Lola', badge: 'qa-1', pin: '739164', role: 'operator', actor: 'test' });
    await publish(plant, 'people', [await personOf('OP-7', 'Ola', 'operator'), await personOf('QA-1', 'Quinn', 'qa')]);
    const [of] = [await take(north!, plant.trust), await take(south!, plant.trust)];
    assert.deepEqual(versions(of!), [0, 0, 1, 0]);
    assert.equal((await north!.ledger.signIn('QA-1', '482913')).role, 'qa');
    // But for capitals the badge belongs to a person of this station, who keeps it.
    assert.equal((await south!.ledger.signIn('qa-1', '739164')).name, 'Lola');
    assert.deepEqual((await take(south!, plant.trust))[2]?.clashes, ['QA-1']);
    await assert.rejects(
      north!.ledger.setRole({ personId: 1, role: 'engineer', actor: 'test' }),
      refuses('plant.owned', { name: 'Ola' }),
    );
    await assert.rejects(north!.ledger.changePin({ personId: 1, newPin: '1', actor: 'test' }), refuses('plant.owned'));

    // A later one says all: another role, another PIN, one less. East sees it alone.
    await publish(plant, 'people', [await personOf('OP-7', 'Olga', 'qa', '557190')]);
    for (const station of [north!, south!, east!])
      assert.deepEqual(versions(await take(station, plant.trust)), [0, 0, 2, 0]);
    assert.deepEqual(await peopleOf(north!), [
      ['OP-7', 'Olga', 'qa', true, 'plant'],
      ['QA-1', 'Quinn', 'qa', false, 'plant'],
    ]);
    assert.deepEqual(await peopleOf(east!), [['OP-7', 'Olga', 'qa', true, 'plant']]);
    assert.deepEqual(await peopleOf(south!), [
      ['qa-1', 'Lola', 'operator', true, 'station'],
      ['OP-7', 'Olga', 'qa', true, 'plant'],
    ]);
    await assert.rejects(north!.ledger.signIn('OP-7', '482913'), refuses('session.wrongPin'));
    await north!.ledger.signIn('OP-7', '557190');
    await assert.rejects(north!.ledger.signIn('QA-1', '482913'), refuses('session.wrongPin'));
    const [applied] = await entriesOf(east!, 'plant.applied');
    assert.deepEqual([applied?.actor, applied?.subject, applied?.data.before], ['plant', 'people/2', 0]);
    assert.equal((await entriesOf(north!, 'plant.applied')).length, 2);
    const view = await viewPublished(plant.admin);
    assert.deepEqual(
      view[2]?.stations.map(({ station, version, problem }) => [station, version, problem]),
      ['east', 'north', 'south'].map((name) => [name, 2, null]),
    );
  });

  test('another key of the plant signs again what the former one signed; a station takes it when it knows the key', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'loyal');
    await publish(plant, 'people', [await personOf('OP-7', 'Ola', 'operator')]);
    await publish(plant, 'recipes', [{ name: 'line', text: recipeText('line') }]);
    await take(station, plant.trust);
    const [former, key, now] = [publicBytes(plant.key), newPlantKey(), new Date()];
    const renewed = {
      ...plant,
      key,
      trust: { ...plant.trust, publicKey: Buffer.from(publicBytes(key)).toString('base64url') },
    };
    const stranger = publicBytes(newPlantKey());
    await assert.rejects(setPlantKey(plant.admin, { key, former: stranger, now }), refuses('call.badParams'));
    await publish(plant, 'recipes', [{ name: 'line', text: recipeText('line', { model: 'BM-2' }) }]);
    assert.deepEqual(await setPlantKey(plant.admin, { key, former, now }), ['recipes', 'people']);

    const untold = await take(station, plant.trust);
    assert.deepEqual(problems(untold), [
      ['recipes', 3, 'badSignature'],
      ['people', 2, 'badSignature'],
    ]);
    assert.deepEqual(versions(untold), [0, 1, 1, 0], 'it keeps what it has');
    const told = await take(station, renewed.trust);
    assert.deepEqual([versions(told), problems(told)], [[0, 3, 2, 0], []]);
    assert.ok((await station.ledger.recipes()).some(({ text }) => text.includes('BM-2')));
    assert.equal((await station.ledger.signIn('OP-7', '482913')).name, 'Ola');
    await publish(renewed, 'people', []);
    assert.deepEqual(versions(await take(station, renewed.trust)), [0, 3, 3, 0]);

    // The former key is not known any more: nothing stays published, and what is published next is above all of it.
    const last = await keyed(t, plant);
    assert.deepEqual(
      problems(await take(station, last.trust)).map(([kind, , problem]) => [kind, problem]),
      [
        ['recipes', 'older'],
        ['people', 'older'],
      ],
    );
    await publish(last, 'people', [await personOf('OP-8', 'Eve', 'operator')]);
    await publish(last, 'recipes', [{ name: 'line', text: recipeText('line') }]);
    const whole = await take(station, last.trust);
    assert.deepEqual([versions(whole), problems(whole)], [[0, 4, 4, 0], []]);
  });

  test('what the plant’s key did not sign, or what is not the newest, is refused, told, and audited once', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'careful');
    const look = () => take(station, plant.trust);
    const first = [await personOf('OP-1', 'One', 'operator')];
    const second = [await personOf('OP-2', 'Two', 'operator')];
    await publish(plant, 'people', first);
    await look();
    await publish(plant, 'people', second);
    const rows = await plant.admin.query<{ text: string; signature: Buffer }>(
      'SELECT text, signature FROM birthmark.documents ORDER BY version',
    );
    const put = (version: number, text: string, signature: Uint8Array, kind = 'people') =>
      plant.admin.query(
        `INSERT INTO birthmark.documents (kind, version, text, signature, key_id) VALUES ($1, $2, $3, $4, '')
         ON CONFLICT (kind, version) DO UPDATE SET text = $3, signature = $4`,
        [kind, version, text, Buffer.from(signature)],
      );
    const [one, two] = rows;
    const before = await peopleOf(station);

    // A role that someone wrote into the plant; and a whole document that another key signed.
    await put(2, two!.text.replace('"operator"', '"engineer"'), two!.signature);
    assert.deepEqual(problems(await look()), [['people', 2, 'badSignature']]);
    const { plantId } = plant.trust;
    const forged = signedOf({ kind: 'people', items: second, version: 2, plantId });
    await put(2, forged.text, forged.signature);
    assert.deepEqual(problems(await look()), [['people', 2, 'badSignature']]);
    // What the key signed, for another plant, and for another kind.
    const elsewhere = signedOf({ kind: 'people', items: second, version: 2, plantId: 'another' }, plant.key);
    await put(2, elsewhere.text, elsewhere.signature);
    assert.deepEqual(problems(await look()), [['people', 2, 'otherPlant']]);
    await put(1, forged.text, forged.signature, 'recipes');
    assert.deepEqual(problems(await look()), [
      ['recipes', 1, 'badSignature'],
      ['people', 2, 'otherPlant'],
    ]);
    const mislaid = signedOf({ kind: 'people', items: [], version: 1, plantId }, plant.key);
    await put(1, mislaid.text, mislaid.signature, 'recipes');
    assert.deepEqual(problems(await look())[0], ['recipes', 1, 'badSignature']);
    await plant.admin.query(`DELETE FROM birthmark.documents WHERE kind = 'recipes'`);
    // An old one in the place of a new one; and another one of the version that is here.
    await put(2, one!.text, one!.signature);
    assert.deepEqual(problems(await look()), [['people', 2, 'older']]);
    await plant.admin.query('DELETE FROM birthmark.documents WHERE version = 2');
    await put(1, two!.text, two!.signature);
    assert.deepEqual(problems(await look()), [['people', 1, 'changed']]);
    assert.deepEqual(await peopleOf(station), before);
    assert.equal((await entriesOf(station, 'plant.applied')).length, 1);

    // Told at each look, and audited when it is another problem.
    const audited = (await entriesOf(station, 'plant.rejected')).length;
    await look();
    await look();
    assert.equal((await entriesOf(station, 'plant.rejected')).length, audited);
    // All is well once the right ones are there.
    await put(1, one!.text, one!.signature);
    await put(2, two!.text, two!.signature);
    assert.deepEqual(problems(await look()), []);
    // The newest is taken away again, and then one that another one names.
    await plant.admin.query('DELETE FROM birthmark.documents WHERE version = 2');
    assert.deepEqual(problems(await look()), [['people', 1, 'older']]);
    await put(2, two!.text, two!.signature);
    await publish(plant, 'people', first);
    await publish(plant, 'recipes', [{ name: 'late', text: recipeText('late') }]);
    await plant.admin.query('DELETE FROM birthmark.documents WHERE version = 3');
    assert.deepEqual(problems(await look()), [['people', 2, 'missing']]);
  });

  test('a station that knows no key takes nothing, and says so', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'trustless');
    assert.deepEqual(problems(await take(station, undefined)), []);
    await publish(plant, 'people', [await personOf('OP-1', 'One', 'operator')]);
    assert.deepEqual(problems(await take(station, undefined)), [['people', 1, 'noKey']]);
    assert.deepEqual(await peopleOf(station), []);
    assert.deepEqual(problems(await take(station, plant.trust)), []);
    assert.equal((await peopleOf(station)).length, 1);
  });

  test('a plant that was restored from yesterday undoes nothing, and publishes above what its stations have', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'ahead');
    const [one, two, three] = [
      await personOf('OP-1', 'One', 'qa'),
      await personOf('OP-2', 'Two', 'qa'),
      await personOf('OP-3', 'Three', 'qa'),
    ];
    await publish(plant, 'people', [one]);
    await take(station, plant.trust);
    const yesterday = plant.cluster.dump(plant.database);
    await publish(plant, 'people', [two]);
    await publish(plant, 'people', [two, three]);
    await take(station, plant.trust);
    await plant.admin.close();
    plant.cluster.restore(plant.database, yesterday);
    const admin = await openPlant(plant.cluster.adminUrl(plant.database));
    t.after(() => admin.close());
    const restored = { ...plant, admin };
    assert.deepEqual(problems(await take(station, plant.trust)), [['people', 1, 'older']]);
    assert.deepEqual(
      (await peopleOf(station)).map(([badge, , , active]) => [badge, active]),
      [
        ['OP-1', false],
        ['OP-3', true],
        ['OP-2', true],
      ],
    );
    assert.equal((await publish(restored, 'people', [three])).version, 4);
    assert.deepEqual(problems(await take(station, plant.trust)), []);
    assert.deepEqual(
      (await station.ledger.listPeople()).filter(({ active }) => active).map(({ badge }) => badge),
      ['OP-3'],
    );
  });

  test('a station that is killed between reading and taking, or right after, takes it once', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'killed');
    await publish(plant, 'people', [await personOf('OP-1', 'One', 'operator'), await personOf('OP-2', 'Two', 'qa')]);
    await ship(station);
    for (const [when, people] of [
      ['before', 0],
      ['after', 2],
    ] as const) {
      const file = fileURLToPath(new URL('./takechild.ts', import.meta.url));
      const child = fork(file, [station.file, station.url, JSON.stringify(plant.trust), when]);
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
      assert.equal((await station.ledger.listPeople()).length, people, when);
      assert.equal((await entriesOf(station, 'plant.applied')).length, people === 0 ? 0 : 1);
    }
    assert.deepEqual(versions(await take(station, plant.trust)), [0, 0, 1, 0]);
    // Two processes that read the same one apply it once, and one that read an older one not at all.
    const { plantId } = plant.trust;
    const apply = async (version: number) => {
      const { text: _, ...given } = signedOf({ kind: 'revocations', items: [], version, plantId });
      return (await station.ledger.applyPlantDocument(given)).isNew;
    };
    assert.deepEqual([await apply(2), await apply(2), await apply(1)], [true, false, false]);
    assert.equal((await entriesOf(station, 'person.added')).length, 2);
    assert.equal((await entriesOf(station, 'plant.applied')).length, 2);
    assert.deepEqual(
      (await viewPublished(plant.admin))[2]?.stations.map(({ version }) => version),
      [1],
    );
  });

  test('recipes arrive approved with the profile that they name, follow it, and are not changed here', async (t) => {
    const plant = await keyed(t);
    const station = await makeStationBed(t, plant, 'cook');
    const profile = (days: number) => ({
      name: 'plant-device',
      text: JSON.stringify({
        ...{ name: 'plant-device', subject: [{ attribute: 'commonName', value: '{unitSerial}' }] },
        ...{ validity: { kind: 'days', days }, keyUsage: { ec: ['digitalSignature'], rsa: ['digitalSignature'] } },
      }),
    });
    await station.ledger.saveRecipe({ name: 'own', text: recipeText('own'), actor: 'test' });
    await publish(plant, 'profiles', [profile(100)]);
    const mine = { name: 'line', text: recipeText('line', { profile: 'plant-device' }) };
    await publish(plant, 'recipes', [mine, { name: 'gone', text: recipeText('gone') }]);
    assert.deepEqual(problems(await take(station, plant.trust)), []);
    const shown = async () =>
      (await station.ledger.recipes()).map(({ name, version, inUse, approvedBy, fromPlant }) => [
        name,
        version,
        inUse,
        approvedBy,
        fromPlant,
      ]);
    assert.deepEqual(await shown(), [
      ['gone', 1, true, 'plant', true],
      ['line', 1, true, 'plant', true],
      ['own', 1, false, null, false],
    ]);
    const hashOf = async () => (await station.ledger.recipes()).find(({ name }) => name === 'line')?.profileHash;
    const approved = await hashOf();
    for (const act of [
      () => station.ledger.saveRecipe({ name: 'line', text: recipeText('line'), actor: 'Erin' }),
      () => station.ledger.approveRecipe({ name: 'line', version: 1, profileHash: 'a'.repeat(64), actor: 'Erin' }),
      () => station.ledger.retireRecipe({ name: 'line', actor: 'Erin' }),
    ])
      await assert.rejects(act(), refuses('plant.owned', { name: 'line' }));

    // Another text of the profile is approved with the recipe that names it; what is named no longer is retired.
    await publish(plant, 'profiles', [profile(200)]);
    await publish(plant, 'recipes', [mine]);
    await take(station, plant.trust);
    assert.notEqual(await hashOf(), approved);
    assert.deepEqual((await shown()).slice(0, 2), [
      ['gone', 1, false, 'plant', false],
      ['line', 1, true, 'plant', true],
    ]);
    // Left alone as they are: nothing is approved twice.
    const approvals = (await entriesOf(station, 'recipe.approved')).length;
    await publish(plant, 'recipes', [mine]);
    await take(station, plant.trust);
    assert.equal((await entriesOf(station, 'recipe.approved')).length, approvals);
    // What this program cannot read is not taken, as a whole.
    await publish(plant, 'recipes', [mine, { name: 'odd', text: '{"name":"odd"}' }]);
    assert.deepEqual(problems(await take(station, plant.trust)), [['recipes', 4, 'unusable']]);
    // After leaving, the station decides.
    await station.ledger.keepPlantMark(null);
    await station.ledger.retireRecipe({ name: 'line', actor: 'Erin' });
  });

  test('a revoked certificate goes onto the list of the station that issued it, once; the others refuse the unit', async (t) => {
    const plant = await keyed(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    const passed = await passUnit(first, 'SN-1');
    const { serialHex, attempt } = await issueFor(first, 'SN-2');
    const whole = await passUnit(second, 'SN-3');
    const why = { reason: 'keyCompromise', note: 'keys were stolen', revokedAt: '2026-11-21T09:00:00Z' } as const;
    await publish(plant, 'revocations', [
      { ...why, serialHex: passed.serialHex, unitSerial: 'SN-1' },
      { ...why, serialHex, unitSerial: 'SN-2' },
      { ...why, serialHex: null, unitSerial: 'SN-3' },
    ]);
    for (const station of [first, second]) assert.deepEqual(problems(await take(station, plant.trust)), []);
    const listed = async () =>
      (await first.ledger.crlSource(first.issuerId)).revoked.map((one) => [one.serialHex, one.reason]);
    // SN-2 is at work: its certificate is revoked when that has ended.
    assert.deepEqual(await listed(), [[passed.serialHex, 'keyCompromise']]);
    await first.ledger.endAttempt({ unitSerial: 'SN-2', attempt, outcome: 'PASS', actor: 'olga', ms: 5000 });
    await take(first, plant.trust);
    await take(first, plant.trust);
    assert.equal((await listed()).length, 2);
    const revoked = await entriesOf(first, 'certificate.revoked');
    assert.deepEqual(
      revoked.map(({ actor, data }) => [actor, data.reason, data.note]),
      Array.from({ length: 2 }, () => ['plant', 'keyCompromise', 'keys were stolen']),
    );
    // The station that issued it may rework the unit; where the certificate is unknown the unit goes no further.
    for (const unit of ['SN-1', 'SN-3'])
      await assert.rejects(second.ledger.startAttempt(start(unit)), refuses('plant.revoked'));
    await assert.rejects(first.ledger.startAttempt(start('SN-3')), refuses('plant.revoked'));
    // The whole unit was revoked: each of its certificates is, and it goes nowhere.
    const there = await entriesOf(second, 'certificate.revoked');
    assert.deepEqual(
      there.map(({ subject }) => subject),
      [whole.serialHex],
    );
    await assert.rejects(second.ledger.batchCandidates({ unitSerials: ['SN-3'] }), refuses('plant.revoked'));
  });

  test('a station reads what is published and says what it has; a reader sees no verifier; only the owner publishes', async (t) => {
    const plant = await keyed(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await publish(plant, 'people', [await personOf('OP-1', 'One', 'operator')]);
    for (const station of [first, second]) await take(station, plant.trust);
    const login = `reader_${plant.database}`;
    const password = await admitLogin(plant.admin, login, 'reader');
    const [station, reader] = [
      await openPlant(first.url),
      await openPlant(plant.cluster.url(login, password, plant.database)),
    ];
    t.after(() => Promise.all([station.close(), reader.close()]));
    const denied = refuses('plant.refused');
    const count = (table: string) => `SELECT count(kind)::int AS rows FROM birthmark.${table}`;
    assert.deepEqual(await station.query(count('documents')), [{ rows: 1 }]);
    assert.deepEqual(await station.query(count('taken')), [{ rows: 4 }]);
    assert.deepEqual(await reader.query(count('documents')), [{ rows: 1 }]);
    assert.deepEqual(await reader.query(count('taken')), [{ rows: 8 }]);
    assert.equal((await viewPublished(reader))[2]?.version, 1);
    await assert.rejects(reader.query('SELECT text FROM birthmark.documents'), denied);
    await assert.rejects(reader.query(`SELECT birthmark.say_taken('[]')`), denied);
    for (const act of [
      `INSERT INTO birthmark.documents (kind, version, text, signature, key_id) VALUES ('people', 9, '', decode(repeat('00', 64), 'hex'), '')`,
      'UPDATE birthmark.documents SET version = 9',
      'DELETE FROM birthmark.documents',
      'UPDATE birthmark.taken SET version = 0',
      `UPDATE birthmark.plant SET public_key = NULL`,
    ])
      for (const sql of [station, reader]) await assert.rejects(sql.query(act), denied, act);
    // A station that says too much cannot use up the versions.
    await assert.rejects(
      station.query(`SELECT birthmark.say_taken('[{"kind": "people", "version": 9007199254740991}]')`),
    );
    // Nor does the verifier of a PIN stand in any entry.
    const sql = openSqlite(first.file, { readOnly: true });
    const said = sql.all<{ data: string }>('SELECT data FROM audit UNION ALL SELECT data FROM journal');
    sql.close();
    const { text } = (await plant.admin.query<{ text: string }>('SELECT text FROM birthmark.documents'))[0]!;
    const { items } = JSON.parse(text) as { items: PlantPerson[] };
    for (const { data } of said) assert.ok(!data.includes(items[0]!.verifier.hash));
  });

  test('who publishes signs nothing that someone else wrote into the plant', async (t) => {
    const plant = await keyed(t);
    await publish(plant, 'people', [await personOf('OP-1', 'One', 'operator')]);
    const stranger = await personOf('EN-9', 'Mallory', 'engineer');
    const { plantId } = plant.trust;
    const forged = signedOf({ kind: 'people', items: [stranger], version: 2, plantId });
    await plant.admin.query(
      `INSERT INTO birthmark.documents (kind, version, text, signature, key_id) VALUES ('people', 2, $1, $2, '')`,
      [forged.text, Buffer.from(forged.signature)],
    );
    await assert.rejects(publish(plant, 'people', []), refuses('call.badParams'));
    await assert.rejects(publish({ ...plant, key: newPlantKey() }, 'people', []), refuses('call.badParams'));
  });

  test('who publishes has the key of the plant, and finds what someone else did meanwhile', async (t) => {
    const plant = await keyed(t);
    const { admin, key } = plant;
    const other = newPlantKey();
    const refused = refuses('call.badParams');
    await assert.rejects(publish({ ...plant, key: other }, 'people', []), refused, 'nothing that it could contradict');
    assert.deepEqual(
      await viewPublished(admin),
      ['profiles', 'recipes', 'people', 'revocations'].map((kind) => ({
        ...{ kind, version: 0, keyId: null, publishedAt: null, stations: [] },
      })),
    );
    await publish(plant, 'people', [await personOf('OP-1', 'One', 'operator')]);
    let isFirst = true;
    const overtaken: PlantSql = {
      ...admin,
      async query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
        if (isFirst && text.includes('INSERT INTO birthmark.documents')) {
          isFirst = false;
          await publish(plant, 'people', []);
        }
        return admin.query<T>(text, params);
      },
    };
    await assert.rejects(publish({ ...plant, admin: overtaken }, 'people', []), refused);
    assert.equal((await viewPublished(admin))[2]?.version, 2, 'that of the other one');

    await admin.query(
      `INSERT INTO birthmark.documents SELECT kind, 9, text, signature, key_id FROM birthmark.documents WHERE version = 1`,
    );
    await assert.rejects(publish(plant, 'people', []), refused, 'an older one stands in the place of the newest');
    await assert.rejects(assertPublishedBy(admin, publicBytes(key)), refused);
    await admin.query('DELETE FROM birthmark.documents WHERE version = 9');
    await assertPublishedBy(admin, publicBytes(key));
    await assert.rejects(assertPublishedBy(admin, publicBytes(other)), refused);

    const station = await makeStationBed(t, plant, 'ships');
    const { serialHex } = await passUnit(station, 'SN-1');
    await ship(station);
    assert.equal(await unitOfCertificate(admin, serialHex), 'SN-1');
    await assert.rejects(unitOfCertificate(admin, 'ab'), refused);
    for (const [unitSerial, serial, expected] of [
      ['SN-1', null, true],
      ['SN-1', serialHex, true],
      ['SN-1', 'ab', false],
      ['SN-2', null, false],
      ['SN-2', serialHex, false],
    ] as const)
      assert.equal(await isShipped(admin, { unitSerial, serialHex: serial }), expected, `${unitSerial} ${serial}`);
  });
});
