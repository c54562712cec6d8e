/** Each step of a unit alone: what it asks of the device, what it refuses, and what it leaves for the records. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { defaultProfile, certificateId as idOf, parseCsr, pemOf } from '../../app/ca/index.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { noPhases } from '../../app/contract/homecall.ts';
import type { Device, DeviceIdentity, DriverTraits, Installation, KeyRequest } from '../../app/device/driver.ts';
import { steps } from '../../app/line/steps/index.ts';
import type { LineTools, UnitContext } from '../../app/line/unit.ts';
import { forgeReservation, issue as issueFor, makeCsr, now, testCa } from '../ca/support.ts';
import { soundFacts } from '../issuing/support.ts';
import { refuses } from '../records/support.ts';

const ca = await testCa();
const { csrDer, privateKey } = makeCsr('U-1');
const { certificateDer, csr } = await issueFor(csrDer, 'U-1', ca);
const held = { serialHex: '0a', der: certificateDer, certificateId: 'c1', issuerId: ca.issuer.issuerId };
const stored = { ...held, spkiSha256: csr.spkiSha256, spkiDer: csr.spkiDer };
const rootCaDer = new Uint8Array([9]);
const chain = { chainDer: [ca.hierarchy.issuing.certificateDer], rootDer: ca.hierarchy.root.certificateDer };

const identity: DeviceIdentity = {
  ...{ protocol: '1', model: 'BM-1', hardwareRevision: 'A', firmware: '1.0', hardwareId: 'ab' },
  ...{ keyTypes: ['P-256'], hasKey: false, hasCertificate: false, sealed: false, callsHome: false },
};
const sealed = { ...identity, sealed: true };

type Given = {
  is?: DeviceIdentity | Partial<DeviceIdentity>;
  recipe?: Partial<UnitContext['recipe']>;
  standing?: Partial<UnitContext['standing']>;
  traits?: Partial<DriverTraits>;
  device?: Partial<Device>;
  facts?: UnitContext['facts'];
  golden?: boolean;
  revoked?: boolean;
  at?: Date;
  keyMark?: string;
};

/** A unit whose device does everything right but for what is given, and what was done in order. */
function unitOf(given: Given = {}) {
  const did: string[] = [];
  const act = async <T>(what: string, result: T): Promise<T> => {
    did.push(what);
    return result;
  };
  const requests: KeyRequest[] = [];
  const installed: Installation[] = [];
  const added: object[] = [];
  const fractions: number[] = [];
  const device: Device = {
    identify: () => act('identify', { ...identity, ...given.is }),
    makeKey(request) {
      requests.push(request);
      return act('makeKey', { created: true, ...(given.keyMark === undefined ? {} : { keyMark: given.keyMark }) });
    },
    readCsr: () => act('readCsr', { csrDer, notes: ['as sent'] }),
    async install(what, onProgress) {
      installed.push(what);
      onProgress(1, 4);
      await act('install', undefined);
    },
    provision: () => Promise.reject(new Error('not in this test')),
    installClaim: () =>
      act('installClaim', {
        items: ['certificate', 'privateKey'].map((name) => ({ name, same: true, how: 'digest' as const })),
        unread: ['endpoint', 'template', 'unitSerial'],
        bytes: 900,
      }),
    readBack: () =>
      act('readBack', {
        items: ['certificate', 'chain', 'endpoint'].map((name) => ({ name, same: true, how: 'digest' as const })),
        unread: ['rootCa'],
      }),
    prove: (nonce) => act('prove', { kind: 'nonce', signatureDer: sign('sha256', nonce, privateKey) } as const),
    erase: () => act('erase', undefined),
    seal: () => act('seal', undefined),
    callHome: () => act('callHome', noPhases()),
    tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
    close: () => act('close', undefined),
    ...given.device,
  };
  const authority = () => ({
    ...{ issuer: ca.issuer, state: 'ready', caPublicKeys: [], organisation: 'Acme', signer: ca.signer },
    chainOf: () => ({ ...chain, ...(given.revoked ? { revoked: true } : {}) }),
  });
  const ledger = {
    recordDevice: () => act('recordDevice', undefined),
    journal: ({ entry }: { entry: string }) => act(entry, undefined),
    reserve: (linted: Parameters<typeof forgeReservation>[0]) => act('reserve', forgeReservation(linted)),
    recordIssued: () => act('recordIssued', undefined),
  };
  const unit = {
    job: { unitSerial: 'U-1', orderId: 'WO-1', slotId: 1, actor: 'ola' },
    attempt: 2,
    standing: given.standing ?? {},
    tools: {
      ...{
        ledger,
        authority,
        assertSound: async () => {},
        askPlant: async () => {},
        profileNamed: () => defaultProfile,
      },
      clock: { now: () => given.at ?? now },
    } as unknown as LineTools,
    recipe: {
      ...{ mark: { name: 'acme', version: 1, hash: 'ab' }, model: '*', keyType: 'P-256', rootCaDer },
      ...{ config: { endpoint: 'devices.example', thingName: '{unitSerial}' }, profile: 'aws-iot-device' },
      ...given.recipe,
    },
    device,
    traits: { keyGeneration: 'safe', chain: 'separate', config: ['*'], seals: true, ...given.traits },
    facts: given.facts ?? { identity: { ...identity, ...given.is }, csr, certificate: held },
    pending: {
      add: (fact: { kind: string }) => void (did.push(`add ${fact.kind}`) && added.push(fact)),
      along: <T>(commit: (pending: []) => Promise<T>) => commit([]),
      flush: () => act('flush', undefined),
    },
    golden: given.golden ?? false,
    onFraction: (fraction: number) => void fractions.push(fraction),
  } as unknown as UnitContext;
  return { unit, did, requests, installed, added, fractions };
}

/** The step refuses, and the device was asked nothing but this. */
async function refusesWith(step: keyof typeof steps, given: Given, code: ErrorCode, did: string[], words = /./) {
  const bed = unitOf(given);
  await assert.rejects(steps[step](bed.unit), { code, detail: words });
  assert.deepEqual(bed.did, did);
  return bed;
}

const broken = () => Promise.reject(new StationError('link.lost', 'the port is gone'));

describe('a sealed device', () => {
  for (const step of ['key', 'csr', 'decide', 'issue', 'install', 'seal'] as const)
    test(`is asked nothing by "${step}"`, async () => {
      const { unit, did } = unitOf({ is: sealed });
      assert.deepEqual(await steps[step](unit), { skipped: 'sealed' });
      assert.deepEqual(did, []);
    });

  test('is refused when no certificate is on record for it, before anything is', async () => {
    await refusesWith('identify', { is: sealed }, 'device.sealed', ['identify'], /hold no certificate/);
    const rework = { is: sealed, standing: { rework: true } };
    await refusesWith('identify', rework, 'device.sealed', ['identify'], /cannot be reworked/);
  });

  test('goes on with the certificate on record, another device does not', async () => {
    const finished = unitOf({ is: sealed, standing: { certificate: stored }, facts: {} });
    await steps.identify(finished.unit);
    assert.equal(finished.unit.facts.certificate?.certificateId, 'c1');
    const open = unitOf({ standing: { certificate: stored }, facts: {} });
    await steps.identify(open.unit);
    assert.equal(open.unit.facts.certificate, undefined);
  });
});

describe('identify', () => {
  test('what the device says of itself goes on record and into the journal', async () => {
    const { unit, did } = unitOf({ facts: {} });
    const told = { model: 'BM-1', hardwareId: 'ab', firmware: '1.0', hasKey: false, sealed: false };
    assert.deepEqual(await steps.identify(unit), told);
    assert.deepEqual(did, ['identify', 'recordDevice']);
    assert.deepEqual(unit.facts.identity, identity);
  });

  test('another label is refused; one that is absent, empty or the same is not', async () => {
    const other = { is: { unitSerial: 'U-2' }, facts: {} };
    await refusesWith('identify', other, 'unit.labelMismatch', ['identify'], /the label says U-1, .* it is U-2/);
    for (const is of [{}, { unitSerial: '' }, { unitSerial: 'U-1' }]) await steps.identify(unitOf({ is }).unit);
  });

  test('another model is refused; any, one that is not told and the right one are not', async () => {
    const other = { recipe: { model: 'BM-2' } };
    await refusesWith('identify', other, 'unit.wrongModel', ['identify'], /acme is for BM-2, the device is a BM-1/);
    await steps.identify(unitOf({ recipe: { model: 'BM-1' } }).unit);
    await steps.identify(unitOf({ is: { model: '' }, recipe: { model: 'BM-2' } }).unit);
    await steps.identify(unitOf({ is: { model: '' } }).unit);
  });

  test('a key type that it cannot make, or a thing that cannot be named, stops it', async () => {
    await refusesWith('identify', { recipe: { keyType: 'P-384' } }, 'device.incompatible', ['identify'], /P-384/);
    const config = { endpoint: '', thingName: '{hardwareId}' };
    const mute = { is: { hardwareId: '' }, recipe: { config } };
    await refusesWith('identify', mute, 'device.incompatible', ['identify', 'recordDevice'], /hardware id/);
    await steps.identify(unitOf({ ...mute, golden: true }).unit);
  });

  test('a device that cannot be put on record stops it', async () => {
    const { unit } = unitOf();
    Object.assign(unit.tools.ledger, { recordDevice: broken });
    await assert.rejects(steps.identify(unit), refuses('link.lost'));
  });
});

describe('key', () => {
  test('of a new unit: any key may be made, and its mark is kept', async () => {
    const { unit, requests, did } = unitOf({ keyMark: 'K1' });
    assert.deepEqual(await steps.key(unit), { created: true, keyType: 'P-256', keyMark: 'K1' });
    assert.deepEqual(requests, [{ keyType: 'P-256', subject: 'U-1', mayReplace: true }]);
    assert.deepEqual(did, ['makeKey']);
    assert.equal(unit.facts.keyMark, 'K1');
    assert.deepEqual(await steps.key(unitOf().unit), { created: true, keyType: 'P-256' });
  });

  test('of a known unit: the CSR on record goes along, and a key with a certificate may not be replaced', async () => {
    const known = { csrDer, keyMark: 'K1' };
    const { unit, requests } = unitOf({ standing: { csr: known, certificate: stored } });
    await steps.key(unit);
    assert.deepEqual(requests, [{ keyType: 'P-256', subject: 'U-1', known, mayReplace: false }]);
  });

  test('of a reworked unit: the old one is erased first, on record, but where a new one takes its place anyway', async () => {
    const standing = { rework: true, csr: { csrDer } };
    const { unit, requests, did } = unitOf({ standing });
    await steps.key(unit);
    assert.deepEqual(did, ['erase', 'device.erased', 'makeKey']);
    assert.deepEqual(requests, [{ keyType: 'P-256', subject: 'U-1', mayReplace: true, fresh: true }]);
    const modem = unitOf({ standing, traits: { keyGeneration: 'overwrites' } });
    await steps.key(modem.unit);
    assert.deepEqual(modem.did, ['makeKey']);
  });

  test('of a reworked unit: no key is made when the old one stays, or when that is not on record', async () => {
    const standing = { rework: true };
    await refusesWith('key', { standing, device: { erase: broken } }, 'link.lost', []);
    const { unit, did } = unitOf({ standing });
    Object.assign(unit.tools.ledger, { journal: broken });
    await assert.rejects(steps.key(unit), refuses('link.lost'));
    assert.deepEqual(did, ['erase']);
  });
});

test('of a device that says it is another unit nothing is kept, whichever step asks it first', async () => {
  for (const step of ['identify', 'connect'] as const) {
    const { unit } = await refusesWith(step, { is: { unitSerial: 'U-2' }, facts: {} }, 'unit.labelMismatch', [
      'identify',
    ]);
    assert.deepEqual(unit.facts, {}, step);
  }
});

describe('csr, decide, issue', () => {
  test('the CSR as it was sent waits for the records, and says what it is', async () => {
    const { unit, added } = unitOf({ facts: { identity } });
    const { spkiSha256, keyType, subjectText: subject } = csr;
    assert.deepEqual(await steps.csr(unit), { spkiSha256, keyType, subject, notes: ['as sent'] });
    assert.deepEqual(added, [{ kind: 'csr', csrDer, spkiSha256 }]);
    assert.equal(unit.facts.csr?.spkiSha256, spkiSha256);
  });

  test('the certificate on record for this key is given again; nothing is signed', async () => {
    const { unit, did } = unitOf({ standing: { certificate: stored }, facts: { identity, csr } });
    assert.deepEqual(await steps.issue(unit), { certificateId: 'c1', serialHex: '0a', reused: true });
    assert.equal(unit.facts.certificate?.certificateId, 'c1');
    assert.deepEqual(did, []);
  });

  test('another key, or the first one, gets a certificate of its own', async () => {
    for (const standing of [{}, { certificate: { ...stored, spkiSha256: 'other' } }]) {
      const { unit, did } = unitOf({ standing, facts: { identity, csr } });
      const told = await steps.issue(unit);
      assert.ok('reused' in told && !told.reused);
      assert.equal(unit.facts.certificate?.certificateId, told.certificateId);
      assert.notEqual(told.certificateId, 'c1');
      assert.deepEqual(did, ['reserve', 'recordIssued']);
    }
  });

  test('where AWS certifies, it is asked for this unit, and its certificate is the one that goes on', async () => {
    const provisioning = {
      way: 'trustedUser',
      target: 'eu',
      template: 'fleet',
      parameters: { Serial: '{unitSerial}' },
    };
    const recipes = [{ issuer: { aws: 'eu' } }, { provisioning }] as const;
    for (const recipe of recipes) {
      const { unit, did } = unitOf({ recipe: recipe as Partial<UnitContext['recipe']>, facts: { identity, csr } });
      const asked: object[] = [];
      const thing = { thingName: 'named by AWS', deviceConfiguration: {} };
      const made = { certificatePem: pemOf('CERTIFICATE', certificateDer), certificateId: idOf(certificateDer) };
      const talk = {
        certify: async () => made,
        async provision(parameters: object) {
          asked.push(parameters);
          return thing;
        },
        close: async () => {},
      };
      const record = (fact: object) => asked.push(fact);
      Object.assign(unit.tools.ledger, { askAws: record, recordAwsMade: record, recordAwsIssued: record });
      Object.assign(unit.tools, {
        awsCa: async () => talk,
        spokesman: async () => ({ claim: async (job: object) => record(job) && talk }),
      });
      const told = await steps.issue(unit);
      assert.deepEqual(told, {
        certificateId: made.certificateId,
        serialHex: unit.facts.certificate?.serialHex,
        reused: false,
      });
      assert.deepEqual(did, [], 'no CA of ours signs');
      const [request] = asked as [Record<string, unknown>];
      const { target, unitSerial, attempt, actor, spkiSha256 } = request;
      assert.deepEqual([target, unitSerial, attempt, actor, spkiSha256], ['eu', 'U-1', 2, 'ola', csr.spkiSha256]);
      if (!('provisioning' in recipe)) continue;
      assert.deepEqual(asked[1], { template: 'fleet', clientId: 'U-1', unitSerial: 'U-1', orderId: 'WO-1' });
      assert.deepEqual(asked[3], { Serial: 'U-1' });
      assert.deepEqual(unit.facts.certificate?.thing, thing);
    }
  });

  test('a device that uses its claim itself: what AWS told it is known, without what it was given', async () => {
    const provisioning = {
      ...{ way: 'trustedUser', by: 'device', target: 'eu', template: 'fleet' },
      parameters: { Serial: '{unitSerial}' },
    } as const;
    const became = { certificateDer, thingName: 'named by AWS' };
    let given: Record<string, string> = {};
    const device: Partial<Device> = {
      async installClaim(what) {
        given = { ...what.config };
        return { items: [], unread: [], bytes: 1 };
      },
      provision: async () => ({ ...became, config: { ...given, thingName: became.thingName, site: 'hall-3' } }),
    };
    const { unit } = unitOf({
      recipe: { provisioning } as Partial<UnitContext['recipe']>,
      device,
      facts: { identity, csr },
    });
    const record = async () => 1;
    Object.assign(unit.tools.ledger, { askAws: record, recordAwsMade: record, recordAwsIssued: record });
    const claim = {
      certificateDer: new Uint8Array([1]),
      privateKeyDer: new Uint8Array([2]),
      host: 'aws.example',
      port: 8883,
    };
    Object.assign(unit.tools, { spokesman: async () => ({ handOver: async () => claim }) });
    await steps.issue(unit);
    assert.deepEqual(given, {
      endpoint: 'devices.example',
      template: 'fleet',
      unitSerial: 'U-1',
      'param.Serial': 'U-1',
    });
    const thing = { thingName: 'named by AWS', deviceConfiguration: { site: 'hall-3' } };
    assert.deepEqual(unit.facts.certificate?.thing, thing);
    assert.equal(unit.facts.certificate?.certificateId, idOf(certificateDer));
  });

  test('a step that comes before what it needs is a bug, and says so', async () => {
    await assert.rejects(steps.csr(unitOf({ facts: {} }).unit), /needs "identity" before it was gathered/);
    await assert.rejects(steps.issue(unitOf({ facts: { identity } }).unit), /needs "csr"/);
    await assert.rejects(steps.install(unitOf({ facts: { identity } }).unit), /needs "certificate"/);
  });
});

describe('install', () => {
  const config = { endpoint: 'devices.example', thingName: 'U-1', unitSerial: 'U-1' };

  test('the certificate, its chain, the root of the cloud and the values, and how far it is', async () => {
    const { unit, installed, fractions } = unitOf();
    const told = { certificateId: 'c1', thingName: 'U-1', bytes: certificateDer.length };
    assert.deepEqual(await steps.install(unit), told);
    assert.deepEqual(installed, [{ certificateDer, chainDer: chain.chainDer, rootCaDer, config }]);
    assert.deepEqual(fractions, [0.25]);
  });

  test('a recipe without an endpoint gives none', async () => {
    const { unit, installed } = unitOf({ recipe: { config: { endpoint: '', thingName: '{unitSerial}' } } });
    await steps.install(unit);
    assert.deepEqual(installed[0]?.config, { thingName: 'U-1', unitSerial: 'U-1' });
  });

  test('what the protocol has no place for is in the journal', async () => {
    const notHeld = async (traits: Partial<DriverTraits>) => {
      const told = await steps.install(unitOf({ traits }).unit);
      return 'notHeld' in told ? told.notHeld : undefined;
    };
    assert.equal(await notHeld({ chain: 'withCertificate' }), undefined);
    assert.deepEqual(await notHeld({ chain: 'none' }), ['chain']);
    assert.deepEqual(await notHeld({ config: ['endpoint', 'unitSerial'] }), ['thingName']);
    assert.deepEqual(await notHeld({ chain: 'none', config: [] }), ['chain', 'endpoint', 'thingName', 'unitSerial']);
  });

  test('a device that fails has not got it; a CA that is revoked gives none', async () => {
    await refusesWith('install', { device: { install: broken } }, 'link.lost', []);
    await refusesWith('install', { revoked: true }, 'ca.revoked', [], /revoke that certificate, then scan/);
  });
});

describe('verify', () => {
  const readBack = (...items: [name: string, same: boolean][]): Partial<Device> => ({
    readBack: async () => ({ items: items.map(([name, same]) => ({ name, same, how: 'digest' })), unread: [] }),
  });

  test('what was compared, what was not, and the proof are in the journal', async () => {
    const { unit, did } = unitOf();
    const { compared, unread, proof } = (await steps.verify(unit)) as Record<string, unknown>;
    assert.deepEqual([compared, unread, proof], [['certificate', 'chain', 'endpoint'], ['rootCa'], 'nonce']);
    assert.deepEqual(did, ['flush', 'readBack', 'prove']);
  });

  test('each thing that differs is named, and a device that says nothing of its certificate has none', async () => {
    const cases: [Partial<Device>, string][] = [
      [readBack(['certificate', true], ['chain', false]), 'chain'],
      [readBack(['certificate', false], ['chain', true], ['endpoint', false]), 'certificate, endpoint'],
      [readBack(['chain', true]), 'certificate'],
      [readBack(), 'certificate'],
    ];
    for (const [device, what] of cases) {
      const { unit, did } = unitOf({ device });
      await assert.rejects(steps.verify(unit), refuses('verify.readBackMismatch', { what }));
      assert.ok(!did.includes('prove'));
    }
    await steps.verify(unitOf({ device: readBack(['certificate', true]) }).unit);
  });

  test('a golden unit is held to its certificate and chain only, and nothing of it is written', async () => {
    const moved = unitOf({ golden: true, device: readBack(['certificate', true], ['endpoint', false]) });
    const told = (await steps.verify(moved.unit)) as Record<string, unknown>;
    assert.deepEqual(told.compared, ['certificate']);
    assert.deepEqual(moved.did, ['prove']);
    for (const what of ['certificate', 'chain']) {
      const { unit } = unitOf({ golden: true, device: readBack(['certificate', what === 'chain'], ['chain', false]) });
      await assert.rejects(steps.verify(unit), refuses('verify.readBackMismatch'), what);
    }
  });

  test('the install is on its way to the disk before, where a seal is to follow', async () => {
    const { unit, did } = unitOf({ traits: { seals: false } });
    await steps.verify(unit);
    assert.deepEqual([did, unit.facts.installRecorded], [['readBack', 'prove'], undefined]);
    const sealing = unitOf();
    await steps.verify(sealing.unit);
    assert.ok(sealing.unit.facts.installRecorded);
  });

  test('a proof by another key, a chain that is revoked or not valid now', async () => {
    const other = makeCsr('U-1').privateKey;
    const prove: Device['prove'] = async (nonce) => ({
      kind: 'nonce',
      signatureDer: sign('sha256', nonce, other),
    });
    await refusesWith('verify', { device: { prove } }, 'verify.proofFailed', ['flush', 'readBack']);
    await assert.rejects(steps.verify(unitOf({ revoked: true }).unit), refuses('ca.revoked'));
    const at = new Date(now.getTime() + 40 * 365 * 86_400_000);
    await assert.rejects(steps.verify(unitOf({ at }).unit), refuses('verify.chainInvalid'));
  });

  test('each unit is asked with a nonce of its own, of 32 bytes', async () => {
    const nonces: string[] = [];
    const prove: Device['prove'] = async (nonce) => {
      nonces.push(Buffer.from(nonce).toString('hex'));
      return { kind: 'nonce', signatureDer: sign('sha256', nonce, privateKey) };
    };
    for (let each = 0; each < 2; each += 1) await steps.verify(unitOf({ device: { prove } }).unit);
    assert.deepEqual(
      nonces.map(({ length }) => length),
      [64, 64],
    );
    assert.notEqual(nonces[0], nonces[1]);
  });
});

describe('seal', () => {
  test('a protocol without a seal says so; a unit is sealed once its install is on the disk', async () => {
    const without = unitOf({ traits: { seals: false } });
    assert.deepEqual(await steps.seal(without.unit), { skipped: 'doesNotSeal' });
    assert.deepEqual(without.did, []);
    const { unit, did } = unitOf();
    assert.deepEqual(await steps.seal(unit), {});
    assert.deepEqual(did, ['flush', 'seal']);
    const begun = unitOf();
    begun.unit.facts.installRecorded = Promise.resolve();
    await steps.seal(begun.unit);
    assert.deepEqual(begun.did, ['seal'], 'what is written is not written again');
  });

  test('nothing is sealed whose install could not be recorded, and a seal that fails is no seal', async () => {
    const { unit, did } = unitOf();
    unit.facts.installRecorded = broken();
    await assert.rejects(steps.seal(unit), refuses('link.lost'));
    assert.deepEqual(did, []);
    await refusesWith('seal', { device: { seal: broken } }, 'link.lost', ['flush']);
  });
});

test('a CSR of another unit is refused before a decision is on record', async () => {
  const { unit, added } = unitOf({ facts: { identity, csr: parseCsr(makeCsr('U-2').csrDer) } });
  const facts = soundFacts({ unitSerial: 'U-1' });
  Object.assign(unit.tools.ledger, { issuingFacts: async () => facts });
  await assert.rejects(steps.decide(unit), refuses('csr.subjectMismatch'));
  assert.deepEqual(added, []);
  unit.facts.csr = csr;
  const { notes } = (await steps.decide(unit)) as { notes: string[] };
  assert.deepEqual(notes, ['key P-256', 'request signed with ecdsa-with-SHA256']);
  assert.deepEqual(added, [{ kind: 'decision', notes }]);
});
