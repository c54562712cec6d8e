/** Who may do what: the whole method table, with every kind of caller, against a list that this test keeps by itself. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type MethodName, methods, type Origin, type Person, type Reply, type Role } from '../../app/contract/index.ts';
import type { MethodSpec } from '../../app/contract/method.ts';
import { createDispatch, type Handlers } from '../../app/station/dispatch.ts';
import type { Log } from '../../app/station/log.ts';
import { agreementOf } from '../../app/station/people/secondperson.ts';
import { createSessions } from '../../app/station/people/sessions.ts';
import { createRoll } from '../../app/station/people/working.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeBed } from '../records/support.ts';
import { makeStation } from '../support.ts';

/** After each list of roles the methods that they may call, and no other role. `nobody`: no person is signed in. */
const allowed: [roles: readonly (Role | 'nobody')[], names: string][] = [
  [
    ['nobody', 'operator', 'qa', 'engineer'],
    `session.current session.signIn session.signOut station.status station.ports station.drivers station.lines
     bench.snapshot scan.read scan.take window.stay setup.preview setup.run setup.open practice.snapshot practice.plug
     practice.unplug practice.fault practice.outage practice.way practice.log practice.rates practice.permit`,
  ],
  [
    ['operator', 'qa', 'engineer'],
    `session.stay session.changePin units.list units.show units.transcript units.transcripts orders.list orders.overlaps recipes.list
     connections.why`,
  ],
  [
    ['operator', 'engineer'],
    `bench.scan bench.drop bench.retry bench.abort bench.connect line.run line.connect line.abort ca.lock units.rework
     units.scrap`,
  ],
  [
    ['qa', 'engineer'],
    `plant.status plant.orders plant.leases plant.overview plant.units plant.unit plant.proof people.list backups.snapshot backups.list backups.inBucket backups.make checkpoints.snapshot checkpoints.list checkpoints.publish audit.list audit.actors desk.find desk.overview desk.charts desk.alerts views.list views.save views.remove station.doctor
     certificates.list certificates.show crl.show crl.status ca.hierarchy profiles.list profiles.preview recipes.check
     recipes.checkInAws documents.list scan.preview claims.list batches.snapshot batches.show batches.story batches.check
     batches.filePart drift.check drift.stop drift.snapshot drift.findings connections.snapshot connections.list
     connections.show connections.check connections.stop cloud.cas cloud.allowLists cloud.allowedUnits
     cloud.certificateJobs cloud.certificateResults targets.setUp targets.test policies.check policies.describe
     policies.inAws policies.starters policies.versionText templates.describe templates.inAws templates.preview
     templates.starters templates.versionText exports.start exports.stop exports.snapshot exports.filePart
     units.birthRecord`,
  ],
  [
    ['engineer'],
    `plant.join plant.lease plant.giveBack plant.readWith plant.leave plant.ship plant.try plant.tryReader orders.reconcile backups.stop backups.configure checkpoints.configure people.add people.deactivate people.activate people.replaceBadge people.setRole people.setPin people.unlock
     station.configure station.recognise window.show window.configure window.kiosk bench.release
     orders.make orders.activate orders.change orders.close orders.pause orders.resume orders.register orders.preview
     orders.import orders.intake orders.setIntake recipes.save recipes.approve recipes.retire profiles.save
     profiles.remove profiles.use documents.save documents.retire
     ca.preview ca.makeRoot ca.makeIssuing ca.request ca.complete ca.discard ca.import ca.activate ca.revoke ca.rootCrl
     ca.exportKey ca.splitKey ca.proveBackup ca.takeOffline ca.unlock ca.changePassphrase ca.forget ca.tokens ca.modules
     ca.addModule ca.removeModule ca.sign certificates.revoke certificates.putBack crl.make
     claims.make claims.open claims.allow claims.retire claims.revoke batches.make batches.requeue
     batches.submit batches.stop cloud.registerCa cloud.registerCas cloud.changeCa cloud.setCertificates
     cloud.stopCertificates cloud.resumeCertificates cloud.setAllowList targets.save targets.remove targets.prefer
     targets.takeEndpoint policies.push policies.setDefault policies.removeVersion templates.push templates.setDefault
     templates.setDefaultInAws templates.removeVersion templates.removeInAws`,
  ],
];

/** No page may call these, also with an engineer signed in on it. */
const ofTheCommandLine: readonly string[] = ['line.run', 'line.connect', 'line.abort'];

const issuerId = 'ab'.repeat(32);
const long = 'a passphrase for tests only';
const access = { kind: 'secret', secret: long };
const newCa = { commonName: 'CA', keyType: 'P-256', years: 5, custody: { kind: 'file', passphrase: long } };
const unit = { unitSerial: 'U-1', reason: 'antenna replaced' };

/** The acts to which a second person agrees, with params that the station takes, and what one who is alone may do. */
const ofTwo: Partial<Record<MethodName, { params: object; ifNoOne: 'alone' | 'refused' }>> = {
  'ca.makeRoot': { params: newCa, ifNoOne: 'alone' },
  'ca.makeIssuing': { params: { ...newCa, parentId: issuerId, access }, ifNoOne: 'alone' },
  'ca.complete': { params: { requestId: 'ab', certificates: 'PEM' }, ifNoOne: 'alone' },
  'ca.import': { params: { content: 'AAAA', passphrase: long }, ifNoOne: 'alone' },
  'ca.activate': { params: { issuerId }, ifNoOne: 'alone' },
  'ca.revoke': { params: { issuerId, reason: 'cACompromise', note: 'stolen', access }, ifNoOne: 'alone' },
  'ca.exportKey': { params: { issuerId, access, format: 'pem', passphrase: long }, ifNoOne: 'alone' },
  'ca.splitKey': { params: { issuerId, access, shares: 3, threshold: 2 }, ifNoOne: 'alone' },
  'ca.takeOffline': { params: { issuerId, confirm: 'CA' }, ifNoOne: 'alone' },
  'ca.unlock': { params: { issuerId, secret: long, remember: true }, ifNoOne: 'alone' },
  'ca.changePassphrase': { params: { issuerId, secret: long, passphrase: long }, ifNoOne: 'alone' },
  'units.rework': { params: unit, ifNoOne: 'refused' },
  'units.scrap': { params: unit, ifNoOne: 'refused' },
};

const names = Object.keys(methods) as MethodName[];
const rolesOf = new Map(allowed.flatMap(([roles, text]) => text.split(/\s+/).map((name) => [name, roles] as const)));

const olga = { name: 'Olga', badge: 'OP-1', pin: '275183', role: 'operator' } as const;
const quinn = { name: 'Quinn', badge: 'QA-1', pin: '480627', role: 'qa' } as const;
const erin = { name: 'Erin', badge: 'EN-1', pin: '735091', role: 'engineer' } as const;
const emil = { name: 'Emil', badge: 'EN-2', pin: '904713', role: 'engineer' } as const;
const osUser = (role: Role): Person => ({ personId: 0, name: 'root', badge: 'OS-USER', role });

type Who = { badge: string; pin: string };

/** The real gate, sessions and people over real records. An act that is reached says so, and does nothing. */
async function gate(t: TestContext, ...people: (typeof olga | typeof quinn | typeof erin | typeof emil)[]) {
  const bed = await makeBed(t);
  const roll = await createRoll(bed.ledger, {
    onLeave: (personId, why) => sessions.endPerson(personId, why),
    onChange: (person) => sessions.follow(person),
  });
  const { ledger } = roll;
  const sessions = createSessions({
    clock: systemClock,
    idleMinutes: () => 0,
    find: roll.find,
    onChange: () => {},
    onEnded: () => {},
  });
  t.after(() => sessions.closeAll());
  const ids = new Map<string, number>();
  for (const person of people) ids.set(person.badge, (await ledger.addPerson({ ...person, actor: 'test' })).personId);
  const reached: string[] = [];
  const handlers = new Proxy({} as Handlers, {
    get: (_, name: string) => () => {
      reached.push(name);
      throw Object.assign(new Error('reached'), { reached: true });
    },
  });
  const quiet = { info: () => {}, error: () => {}, warn: () => {} } as unknown as Log;
  const dispatch = createDispatch({
    handlers,
    agree: (asked, caller) => agreementOf(ledger, asked, caller),
    // What a refusal leaves is another test's; thousands of them would wait for the disk.
    audit: async () => {},
    log: quiet,
    present: sessions.present,
    onAct: sessions.touch,
  });
  const open = async (origin: Origin, who: Who | Person | null = null) => {
    const session = sessions.open(origin, who && 'personId' in who ? who : null);
    if (who && !('personId' in who)) await sessions.signIn(session, () => ledger.signIn(who.badge, who.pin));
    return {
      /** `ran`, or the code of the refusal. */
      async call(method: string, params: unknown): Promise<string> {
        const before = reached.length;
        const reply: Reply = await dispatch(session, { method, params });
        if (reached.length > before) return 'ran';
        return reply.ok ? 'ok' : `${reply.error.code}${reply.error.data?.reason ? ` ${reply.error.data.reason}` : ''}`;
      },
    };
  };
  const idOf = (badge: string): number => ids.get(badge) ?? assert.fail(badge);
  return { ledger, clock: bed.clock, open, idOf, reached };
}

type Client = Awaited<ReturnType<Awaited<ReturnType<typeof gate>>['open']>>;

/** Params that no method takes: who gets so far was let in, and nothing happened. */
const noParams = { 'no such parameter': 1 };

/** What each method answers to a caller of this role. */
async function walk(client: Client, role: Role | 'nobody', origin: Origin, whose: string): Promise<void> {
  const wrong: string[] = [];
  for (const name of names) {
    const may = rolesOf.get(name)?.includes(role);
    const refusal = role === 'nobody' ? 'session.signedOut' : 'session.forbidden';
    const elsewhere = ofTheCommandLine.includes(name) && origin !== 'cli';
    const expected = elsewhere ? 'session.forbidden' : may ? 'call.badParams' : refusal;
    const answer = await client.call(name, noParams);
    if (answer !== expected) wrong.push(`${name}: ${answer}, not ${expected}`);
  }
  assert.deepEqual(wrong, [], whose);
}

test('the list names every method of the table once, and each act of two persons', () => {
  const listed = allowed.flatMap(([, text]) => text.split(/\s+/));
  assert.deepEqual([...listed].sort(), [...names].sort());
  const inTable = names.flatMap((name) => {
    const { secondPerson }: MethodSpec = methods[name];
    return secondPerson ? [[name, secondPerson.ifNoOne]] : [];
  });
  assert.deepEqual(
    Object.fromEntries(inTable),
    Object.fromEntries(Object.entries(ofTwo).map(([name, { ifNoOne }]) => [name, ifNoOne])),
  );
});

test('every role, on every kind of client, may call exactly the methods of its list', async (t) => {
  const { open, reached } = await gate(t, olga, quinn, erin);
  for (const origin of ['electron', 'kiosk', 'cli', 'test'] as const) {
    await walk(await open(origin), 'nobody', origin, `no person on ${origin}`);
    for (const who of [olga, quinn, erin])
      await walk(await open(origin, who), who.role, origin, `${who.name} on ${origin}`);
  }
  // A command without a badge: with the CA's passphrase it has an engineer's rights, else it may look.
  for (const role of ['qa', 'engineer'] as const)
    await walk(await open('cli', osUser(role)), role, 'cli', `OS user, ${role}`);
  assert.deepEqual(reached, [], 'and nothing was done');
});

test('a person who is deactivated, or whose badge or PIN is replaced, may do at once what no person may', async (t) => {
  const { open, ledger, idOf } = await gate(t, olga, quinn, erin, emil);
  const actor = 'test';
  const disabled = await open('kiosk', quinn);
  await ledger.deactivatePerson({ personId: idOf('QA-1'), actor });
  await walk(disabled, 'nobody', 'kiosk', 'deactivated');
  const lost = await open('kiosk', olga);
  await ledger.replaceBadge({ personId: idOf('OP-1'), badge: 'OP-9', reason: 'lost', actor });
  await walk(lost, 'nobody', 'kiosk', 'badge replaced');
  const forgot = await open('kiosk', emil);
  await ledger.givePin({ personId: idOf('EN-2'), newPin: '386294', actor });
  await walk(forgot, 'nobody', 'kiosk', 'PIN given');
});

test('another role counts from the next call on, both ways', async (t) => {
  const { open, ledger, idOf } = await gate(t, olga, erin, emil);
  const operator = await open('electron', olga);
  const engineer = await open('electron', emil);
  await ledger.setRole({ personId: idOf('OP-1'), role: 'qa', actor: 'test' });
  await ledger.setRole({ personId: idOf('EN-2'), role: 'operator', actor: 'test' });
  await walk(operator, 'qa', 'electron', 'an operator who is QA now');
  await walk(engineer, 'operator', 'electron', 'an engineer who is an operator now');
});

test('a badge that is locked signs in no one, with the right PIN neither; who is signed in goes on', async (t) => {
  const { open, ledger } = await gate(t, olga, erin);
  const there = await open('electron', erin);
  for (let tries = 0; tries < 5; tries += 1) await assert.rejects(ledger.signIn('EN-1', '000000'));
  await assert.rejects(open('kiosk', erin), { code: 'session.lockedOut' });
  await walk(there, 'engineer', 'electron', 'guesses of others end no session');
});

test('an act of two persons is reached only with a second one who may agree, and who does', async (t) => {
  const { open, ledger, clock } = await gate(t, olga, quinn, erin, emil);
  const actor = 'test';
  const left = await ledger.addPerson({ ...quinn, badge: 'QA-2', actor });
  await ledger.deactivatePerson({ personId: left.personId, actor });
  const told = await ledger.addPerson({ ...quinn, badge: 'QA-3', actor });
  await ledger.givePin({ personId: told.personId, newPin: quinn.pin, actor });
  await ledger.addPerson({ ...quinn, badge: 'QA-4', actor });
  for (let tries = 0; tries < 4; tries += 1) await assert.rejects(ledger.signIn('QA-4', '000000'));
  const engineer = await open('electron', erin);
  const withPassphrase = await open('cli', osUser('engineer'));
  const seconds: [Who | undefined, string][] = [
    [undefined, 'session.secondPerson needed'],
    [{ badge: 'QA-1', pin: '999999' }, 'session.wrongPin'],
    [{ badge: 'XX-1', pin: quinn.pin }, 'session.wrongPin'],
    [{ badge: 'QA-2', pin: quinn.pin }, 'session.wrongPin'],
    [{ badge: 'QA-4', pin: quinn.pin }, 'session.lockedOut'],
    [{ badge: 'QA-3', pin: quinn.pin }, 'session.secondPerson pinGiven'],
    [erin, 'session.secondPerson same'],
    [olga, 'session.secondPerson role'],
    [quinn, 'ran'],
    [emil, 'ran'],
  ];
  const given = ({ badge, pin }: Who) => ({ badge, pin });
  for (const [name, { params }] of Object.entries(ofTwo)) {
    // Locks are over by then, so that each wrong PIN is looked at; one more locks this badge again.
    clock.advance(3_600_000);
    await assert.rejects(ledger.signIn('QA-4', '000000'));
    for (const [second, expected] of seconds) {
      const answer = await engineer.call(name, { ...params, ...(second && { second: given(second) }) });
      assert.equal(answer, expected, `${name} with ${second?.badge ?? 'no one'}`);
    }
    for (const second of [{}, { second: given(quinn) }])
      assert.equal(await withPassphrase.call(name, { ...params, ...second }), 'session.secondPerson noPerson', name);
  }
  // What the table says of others comes first.
  const qa = await open('kiosk', quinn);
  assert.equal(await qa.call('ca.activate', { issuerId, second: given(emil) }), 'session.forbidden');
  const operator = await open('kiosk', olga);
  assert.equal(await operator.call('units.scrap', { ...unit, second: given(quinn) }), 'ran');
  await ledger.changePin({ personId: told.personId, newPin: '386294', actor: 'Quinn (QA-3)' });
  assert.equal(
    await operator.call('units.scrap', { ...unit, second: { badge: 'QA-3', pin: '386294' } }),
    'ran',
    'own PIN',
  );
});

test('while no one could agree, acts on a CA’s key are done alone, and an override waits', async (t) => {
  const { open } = await gate(t, olga, erin);
  const engineer = await open('electron', erin);
  const withPassphrase = await open('cli', osUser('engineer'));
  for (const [name, { params, ifNoOne }] of Object.entries(ofTwo)) {
    assert.equal(await engineer.call(name, params), ifNoOne === 'alone' ? 'ran' : 'session.secondPerson needed', name);
    const alone = await withPassphrase.call(name, params);
    assert.equal(alone, ifNoOne === 'alone' ? 'ran' : 'session.secondPerson noPerson', name);
  }
});

test('anyone makes a station from the practice line; from a real one only its engineer leaves', async (t) => {
  const station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
  t.after(() => station.close());
  const plan = {
    ...{ name: 'L', organisation: 'O', passphrase: long, device: { endpoint: '' } },
    engineer: { name: 'E', badge: 'EN-7', pin: '735091' },
    slots: [{ slotId: 1, name: '1', port: '/dev/null', driver: 'agent' }],
  };
  for (const [who, code] of [
    [undefined, 'session.forbidden'],
    [{ badge: 'OP-1', pin: '1111' }, 'session.forbidden'],
    // Behind the gate: this program opens one station only.
    [{ badge: 'EN-1', pin: '2222' }, 'records.readOnly'],
  ] as const) {
    const { call } = station.connect('test');
    if (who) await call({ method: 'session.signIn', params: who });
    for (const [method, params] of [
      ['setup.run', plan],
      ['setup.open', { which: 'practice' }],
    ] as const) {
      const reply = await call({ method, params });
      assert.equal(!reply.ok && reply.error.code, code, `${method} as ${who?.badge}`);
    }
  }
});
