/** Audited means audited: each method that says so leaves the entry it names, for every caller, with data of its schema. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  makeIssuingCertificate,
  makeRootCertificate,
  parseCsr,
  pemOf,
  readCa,
  softwareKey,
} from '../../app/ca/index.ts';
import {
  type AuditEntry,
  type AuditName,
  auditEntryOf,
  createClient,
  type EntrySpec,
  entries,
  firstWindowSettings,
  type MethodName,
  methods,
  type Station,
  usualCheckpoints,
  type WindowView,
} from '../../app/contract/index.ts';
import type { MethodSpec } from '../../app/contract/method.ts';
import { bulkTemplate, templateStarters } from '../../app/iot/index.ts';
import type { PlantSql } from '../../app/plant/index.ts';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { emptyRoot } from '../../app/records/log/merkle.ts';
import { hookTemplate } from '../../app/registration/account/cloudformation.ts';
import { type KeyPorts, paths, type StationHandle, type WindowControl } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openHost } from '../../main/compose.ts';
import { openStation } from '../../main/openstation.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { fullProfileFile, makeCsr } from '../ca/support.ts';
import { assertKnownEntries } from '../entries.ts';
import { slotWhen } from '../line/support.ts';
import { practice } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';

const audited = (Object.keys(methods) as MethodName[]).filter((name) => methods[name].audited !== false);
const namesOf = (method: MethodName): readonly AuditName[] => {
  const { audited: names }: MethodSpec = methods[method];
  if (names === false) return [];
  return typeof names === 'string' ? [names] : names;
};

const jitpText = templateStarters().find(({ name }) => name === 'jitp')?.text ?? '';
const fleetText = templateStarters().find(({ name }) => name === 'claim')?.text ?? '';
const claimOf = { orderId: 'WO-2', target: 'main', template: 'fleet', passphrase };
const access = { kind: 'secret', secret: passphrase } as const;
const custody = { kind: 'file', passphrase } as const;
const lease = { leaseId: '5a2b3c4d-0000-4000-8000-000000000000', plantOrder: 'PL-1', model: 'BM-1', quantity: 5 };
const plantAnswer = {
  ...{ plantId: 'plant-1', logId: 1, size: 0, root: null as string | null, collisions: [] },
  leases: [{ ...lease, serialFrom: null, serialTo: null }],
};
/** A plant that takes every page and leases one part of an order. */
const fakePlant: PlantSql = {
  async query<T>(text: string, params: readonly unknown[] = []) {
    if (text.includes('birthmark.ship')) {
      const [from, leaves, root] = params as [number, string[], Uint8Array];
      plantAnswer.size = from + leaves.length;
      plantAnswer.root = Buffer.from(root).toString('hex');
    }
    return [{ said: structuredClone(plantAnswer), all: true, plantId: plantAnswer.plantId, publicKey: null } as T];
  },
  close: async () => {},
};
const erin = 'Erin (EN-1)';
const ola = 'Ola (OP-1)';
const byErin = { badge: 'EN-1', pin: '2222' };
const module = '/usr/lib/maker.so';
const recipe = {
  ...{ name: 'unsealed', model: '*', driver: 'agent', profile: 'aws-iot-device', seal: false },
  config: { endpoint: 'devices.example', thingName: '{unitSerial}' },
};

const policyText = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'iot:Connect', Resource: 'arn:aws:iot:us-east-1:123456789012:client/a' },
});

/** A module that is fit to be loaded, and has no token in it. */
const keys: KeyPorts = {
  tokens: {
    modules: async () => [module],
    check: async () => {},
    list: async () => [],
    makeKey: () => Promise.reject(new Error('no token')),
    open: () => Promise.reject(new Error('no token')),
    state: async () => 'ok',
    close: async () => {},
  },
  keyService: {
    makeKey: () => Promise.reject(new Error('not in this test')),
    open: () => Promise.reject(new Error('not in this test')),
    close: () => {},
  },
};

const shown: WindowView = {
  ...{ pageReloads: 0, graphicsLosses: 0, software: false, kiosk: false, closing: false },
  ...{ settings: firstWindowSettings, displays: [], printers: [] },
};
const window: WindowControl = {
  brief: () => shown,
  view: async () => shown,
  configure: async () => {},
  kiosk: () => {},
  stay: () => {},
  onEvent: () => () => {},
};

async function bedOf(t: TestContext) {
  const aws = await practice(t, { rate: 0.1 });
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials, policyName } = aws;
  const hook = { name: 'main', region, bucket, roleArn, policyNames: [] };
  await createStack(aws.account, 'hook', JSON.stringify(hookTemplate(hook)));
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const bench = createPracticeBench({ slots: 2, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const station = await openStation({
    dir,
    kind: 'host',
    threads: false,
    ports: bench,
    cloud: { target, credentials },
    keys,
    window,
    openPlant: async () => fakePlant,
  });
  t.after(() => station.close());
  const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
  /** The command line, as the operator. No slot has its port. */
  const command = createClient(station.connect('cli', { personId: 1, name: 'Ola', badge: 'OP-1', role: 'operator' }));
  const runAtPort = () => command.call('line.run', { port: 'practice:2', unitSerial: bench.plug(2).label });
  const { authorities } = await engineer.call('session.signIn', byErin).then(() => engineer.call('ca.hierarchy', {}));
  const idOf = (role: 'root' | 'issuing') => authorities.find((ca) => ca.role === role)?.issuerId ?? '';
  const scanned = async (silent = false) => {
    bench.plug(1);
    if (silent) bench.setFault(1, 'silent');
    await slotWhen(operator, 1, 'SCAN');
    const label = bench.snapshot()[0]?.device?.label ?? '';
    await operator.call('bench.scan', { text: label });
    return label;
  };
  const removed = async () => {
    bench.unplug(1);
    await slotWhen(operator, 1, 'EMPTY');
  };
  /** A unit that has passed. */
  const made = async () => {
    const label = await scanned();
    assert.equal((await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION')).state, 'PASS');
    await removed();
    const { certificates } = await operator.call('units.show', { unitSerial: label });
    return { label, serialHex: certificates[0]?.serialHex ?? '' };
  };
  return {
    station,
    engineer,
    operator,
    runAtPort,
    root: idOf('root'),
    issuing: idOf('issuing'),
    made,
    scanned,
    removed,
  };
}
type Bed = Awaited<ReturnType<typeof bedOf>>;

/** What an earlier act made, for a later one. */
type Made = Record<string, string>;
type Act = {
  method: MethodName;
  /** The engineer unless another one calls. */
  actor?: string;
  call: (bed: Bed, made: Made) => Promise<unknown>;
};

/** Tried in certificatejobs.test.ts, where jobs rest. */
const elsewhere: MethodName[] = ['cloud.resumeCertificates', 'cloud.stopCertificates'];

const second = {
  ...{ name: 'second', region: 'us-east-1', bucket: 'other', policyNames: [] },
  roleArn: 'arn:aws:iam::123456789012:role/other',
};

/** One success of each method, each on what those before it left. */
const acts: readonly Act[] = [
  {
    method: 'session.signIn',
    actor: 'OP-1',
    call: ({ operator }) => operator.call('session.signIn', { badge: 'OP-1', pin: '1111' }),
  },
  { method: 'ca.unlock', call: ({ engineer }) => engineer.call('ca.unlock', { secret: passphrase }) },
  {
    method: 'station.configure',
    call: ({ engineer }) => engineer.call('station.configure', { session: { idleMinutes: 0 } }),
  },
  { method: 'targets.save', call: ({ engineer }) => engineer.call('targets.save', { target: second }) },
  { method: 'targets.remove', call: ({ engineer }) => engineer.call('targets.remove', { name: second.name }) },
  { method: 'window.configure', call: ({ engineer }) => engineer.call('window.configure', { zoomPercent: 110 }) },
  { method: 'window.kiosk', call: ({ engineer }) => engineer.call('window.kiosk', { on: true }) },
  { method: 'window.kiosk', call: ({ engineer }) => engineer.call('window.kiosk', { on: false }) },
  { method: 'window.stay', actor: ola, call: ({ operator }) => operator.call('window.stay', {}) },

  {
    method: 'profiles.save',
    async call({ engineer }, made) {
      const { name } = await engineer.call('profiles.save', { text: JSON.stringify(fullProfileFile) });
      made.profile = name;
    },
  },
  {
    method: 'profiles.use',
    call: ({ engineer }, { profile = '' }) => engineer.call('profiles.use', { name: profile }),
  },
  { method: 'profiles.use', call: ({ engineer }) => engineer.call('profiles.use', { name: 'aws-iot-device' }) },
  {
    method: 'profiles.remove',
    call: ({ engineer }, { profile = '' }) => engineer.call('profiles.remove', { name: profile }),
  },
  {
    method: 'views.save',
    call: ({ engineer }) =>
      engineer.call('views.save', { list: 'units', name: 'Failed', filter: 'state=failed', shared: true }),
  },
  {
    method: 'views.remove',
    async call({ engineer }) {
      const [view] = await engineer.call('views.list', { list: 'units' });
      await engineer.call('views.remove', { viewId: view?.viewId ?? 0 });
    },
  },
  { method: 'recipes.save', call: ({ engineer }) => engineer.call('recipes.save', { text: JSON.stringify(recipe) }) },
  { method: 'recipes.save', call: ({ engineer }) => engineer.call('recipes.save', { text: JSON.stringify(recipe) }) },
  {
    method: 'recipes.approve',
    call: ({ engineer }) => engineer.call('recipes.approve', { name: 'unsealed', version: 1 }),
  },
  {
    method: 'documents.save',
    call: ({ engineer }) =>
      engineer.call('documents.save', { kind: 'template', name: 'line', form: 'bulk', text: bulkTemplate() }),
  },
  {
    method: 'documents.save',
    call: ({ engineer }) =>
      engineer.call('documents.save', { kind: 'template', name: 'jitp', form: 'jitp', text: jitpText }),
  },
  {
    method: 'policies.push',
    call: async ({ engineer }) => {
      await engineer.call('documents.save', { kind: 'policy', name: 'sensor', form: 'iot', text: policyText });
      await engineer.call('policies.push', { name: 'sensor' });
    },
  },
  {
    method: 'policies.setDefault',
    call: async ({ engineer }) => {
      const other = policyText.replace('"Allow"', '"Deny"');
      await engineer.call('documents.save', { kind: 'policy', name: 'sensor', form: 'iot', text: other });
      await engineer.call('policies.push', { name: 'sensor' });
      await engineer.call('policies.setDefault', { name: 'sensor', versionId: '1' });
    },
  },
  {
    method: 'policies.removeVersion',
    call: ({ engineer }) => engineer.call('policies.removeVersion', { name: 'sensor', versionId: '2' }),
  },
  { method: 'templates.push', call: ({ engineer }) => engineer.call('templates.push', { name: 'jitp' }) },
  {
    method: 'templates.setDefault',
    call: ({ engineer }) => engineer.call('templates.setDefault', { name: 'jitp', version: 1 }),
  },
  {
    method: 'templates.setDefaultInAws',
    call: async ({ engineer }) => {
      await engineer.call('documents.save', { kind: 'template', name: 'jitp', form: 'jitp', text: `${jitpText} ` });
      await engineer.call('templates.push', { name: 'jitp' });
      await engineer.call('templates.setDefaultInAws', { name: 'jitp', versionId: '1' });
    },
  },
  {
    method: 'templates.removeVersion',
    call: ({ engineer }) => engineer.call('templates.removeVersion', { name: 'jitp', versionId: '2' }),
  },
  {
    method: 'templates.removeInAws',
    call: ({ engineer }) => engineer.call('templates.removeInAws', { name: 'jitp' }),
  },
  {
    method: 'documents.retire',
    call: ({ engineer }) => engineer.call('documents.retire', { kind: 'template', name: 'line' }),
  },
  {
    method: 'orders.make',
    call: ({ engineer }) => engineer.call('orders.make', { orderId: 'WO-2', model: '*', quantity: 9, activate: false }),
  },
  { method: 'orders.activate', call: ({ engineer }) => engineer.call('orders.activate', { orderId: 'WO-2' }) },
  {
    method: 'orders.reconcile',
    async call({ engineer, station }) {
      const facts = { backup: 'b', madeAt: '2026-11-21T08:00:00.000Z', size: 0, root: emptyRoot.toString('base64') };
      await station.parts.ledger.noteRestore({ ...facts, publicKey: null, known: null, lost: null, actor: 'test' });
      await engineer.call('orders.reconcile', { orderId: 'WO-2', counted: 0 });
    },
  },
  {
    method: 'backups.configure',
    async call({ engineer, station }) {
      const { config } = await engineer.call('backups.snapshot', {});
      await engineer.call('backups.configure', { ...config, folder: `${station.parts.dir}-backups` });
    },
  },
  {
    method: 'backups.make',
    async call({ engineer, station }) {
      await station.parts.backupJobs.idle();
      await engineer.call('backups.make', {});
      await station.parts.backupJobs.idle();
    },
  },
  {
    method: 'checkpoints.configure',
    async call({ engineer, station }) {
      const folder = `${station.parts.dir}-backups`;
      await engineer.call('checkpoints.configure', { ...usualCheckpoints, folder });
    },
  },
  { method: 'checkpoints.publish', call: ({ engineer }) => engineer.call('checkpoints.publish', {}) },
  {
    method: 'plant.join',
    call: ({ engineer }) => engineer.call('plant.join', { url: 'postgresql://line:secret@localhost/plant' }),
  },
  {
    method: 'plant.lease',
    call: ({ engineer }) => engineer.call('plant.lease', { orderId: 'PL-1', quantity: 5 }),
  },
  {
    method: 'plant.giveBack',
    call: ({ engineer }) => engineer.call('plant.giveBack', { lease: lease.leaseId }),
  },
  {
    method: 'plant.readWith',
    call: ({ engineer }) => engineer.call('plant.readWith', { url: 'postgresql://qa:secret@localhost/plant' }),
  },
  { method: 'plant.leave', call: ({ engineer }) => engineer.call('plant.leave', {}) },
  {
    method: 'claims.make',
    async call({ engineer }, made) {
      await engineer.call('documents.save', { kind: 'template', name: 'fleet', form: 'fleet', text: fleetText });
      await engineer.call('templates.push', { name: 'fleet' });
      made.claimId = String((await engineer.call('claims.make', claimOf)).claimId);
    },
  },
  {
    method: 'claims.allow',
    call: ({ engineer }, { claimId }) => engineer.call('claims.allow', { claimId: Number(claimId) }),
  },
  {
    method: 'claims.retire',
    call: ({ engineer }, { claimId }) => engineer.call('claims.retire', { claimId: Number(claimId) }),
  },
  {
    method: 'claims.revoke',
    async call({ engineer }) {
      const { claimId } = await engineer.call('claims.make', claimOf);
      await engineer.call('claims.revoke', { claimId });
    },
  },

  {
    method: 'bench.abort',
    actor: ola,
    async call({ operator, scanned, removed }) {
      await scanned(true);
      await operator.call('bench.abort', { slotId: 1 });
      await slotWhen(operator, 1, 'FAIL', 'CHECK_STATION', 'SCAN');
      await removed();
    },
  },
  { method: 'bench.release', call: ({ engineer }) => engineer.call('bench.release', {}) },
  { method: 'cloud.registerCa', call: ({ engineer }) => engineer.call('cloud.registerCa', {}) },
  { method: 'cloud.registerCas', call: ({ engineer }) => engineer.call('cloud.registerCas', {}) },
  {
    method: 'cloud.changeCa',
    call: ({ engineer, issuing }) => engineer.call('cloud.changeCa', { issuerId: issuing, act: 'autoOff' }),
  },
  {
    method: 'cloud.setCertificates',
    async call({ engineer, made: makeUnit }, made) {
      const { serialHex } = await makeUnit();
      const job = await engineer.call('cloud.setCertificates', {
        act: 'deactivate',
        serials: [serialHex],
        perSecond: 1,
      });
      made.jobId = job.jobId;
    },
  },
  {
    method: 'targets.takeEndpoint',
    call: ({ engineer }) => engineer.call('targets.takeEndpoint', { name: 'main' }),
  },
  {
    method: 'batches.make',
    async call({ engineer, made: makeUnit }, made) {
      Object.assign(made, await makeUnit());
      made.batchId = (await engineer.call('batches.make', {})).batchId;
    },
  },
  {
    method: 'batches.requeue',
    async call({ engineer, station }, made) {
      const { batchId = '' } = made;
      await station.parts.ledger.advanceBatch({ batchId, state: 'stopped' });
      made.batchId = (await engineer.call('batches.requeue', { batchId })).batchId;
    },
  },
  { method: 'batches.submit', call: ({ engineer }, { batchId = '' }) => engineer.call('batches.submit', { batchId }) },
  {
    method: 'batches.stop',
    async call({ engineer, station }, { batchId = '' }) {
      const job = station.parts.batchJobs.submission(batchId);
      await job?.started;
      await engineer.call('batches.stop', { batchId });
      await job?.done;
    },
  },
  {
    method: 'certificates.putBack',
    async call({ engineer, station }, { serialHex = '' }) {
      await station.parts.ledger.queueRevocation({ serialHex, reason: 'the proof failed' });
      await engineer.call('certificates.putBack', { serialHex, note: 'a bad cable' });
    },
  },
  {
    method: 'units.rework',
    actor: ola,
    call: ({ operator }, { label = '' }) =>
      operator.call('units.rework', { unitSerial: label, reason: 'radio replaced', second: byErin }),
  },
  {
    method: 'units.scrap',
    actor: ola,
    call: ({ operator }, { label = '' }) =>
      operator.call('units.scrap', { unitSerial: label, reason: 'burnt', second: byErin }),
  },
  { method: 'line.run', actor: ola, call: ({ runAtPort }) => runAtPort() },
  {
    method: 'ca.sign',
    call: ({ engineer }) => {
      const csr = Buffer.from(makeCsr('SN-FILE').csrDer).toString('base64');
      return engineer.call('ca.sign', { csr, unitSerial: 'SN-FILE' });
    },
  },
  {
    method: 'certificates.revoke',
    async call({ engineer, made }) {
      const { serialHex } = await made();
      await engineer.call('certificates.revoke', { serialHex, reason: 'unspecified', note: 'lost' });
    },
  },
  { method: 'crl.make', call: ({ engineer }) => engineer.call('crl.make', {}) },
  {
    method: 'orders.register',
    call: ({ engineer }) =>
      engineer.call('orders.register', {
        orderId: 'WO-2',
        registration: { target: 'main', way: 'registerThing' },
      }),
  },
  {
    method: 'cloud.setAllowList',
    call: ({ engineer }) => engineer.call('cloud.setAllowList', { orderId: 'WO-2', target: 'main', wanted: true }),
  },
  { method: 'orders.pause', call: ({ engineer }) => engineer.call('orders.pause', { orderId: 'WO-2' }) },
  { method: 'orders.resume', call: ({ engineer }) => engineer.call('orders.resume', { orderId: 'WO-2' }) },
  {
    method: 'orders.change',
    call: ({ engineer }) => engineer.call('orders.change', { orderId: 'WO-2', quantity: 8 }),
  },
  {
    method: 'orders.import',
    call: ({ engineer }) =>
      engineer.call('orders.import', {
        name: 'o.json',
        base64: Buffer.from('[{"order":"F","model":"M","quantity":1}]').toString('base64'),
      }),
  },
  { method: 'orders.setIntake', call: ({ engineer }) => engineer.call('orders.setIntake', { dropFolder: null }) },
  { method: 'orders.close', call: ({ engineer }) => engineer.call('orders.close', { orderId: 'WO-2' }) },
  { method: 'recipes.retire', call: ({ engineer }) => engineer.call('recipes.retire', { name: 'unsealed' }) },

  {
    method: 'ca.makeRoot',
    async call({ engineer }, made) {
      const params = { commonName: 'Root 2', keyType: 'P-256', years: 20, custody } as const;
      made.second = (await engineer.call('ca.makeRoot', params)).issuerId;
    },
  },
  {
    method: 'ca.makeIssuing',
    async call({ engineer, root }, made) {
      const params = { commonName: 'Issuing 2', keyType: 'P-256', years: 5, custody, parentId: root, access } as const;
      made.issuing = (await engineer.call('ca.makeIssuing', { ...params, activate: false })).issuerId;
    },
  },
  { method: 'ca.activate', call: ({ engineer, issuing }) => engineer.call('ca.activate', { issuerId: issuing }) },
  {
    method: 'ca.request',
    async call({ engineer }, made) {
      const request = await engineer.call('ca.request', { commonName: 'Plant CA', keyType: 'P-256', custody });
      Object.assign(made, { requestId: request.requestId, csr: request.csrPem });
    },
  },
  {
    method: 'ca.complete',
    async call({ engineer }, { requestId = '', csr = '' }) {
      const certificates = await certifiedElsewhere(csr);
      await engineer.call('ca.complete', { requestId, certificates, activate: false });
    },
  },
  {
    method: 'ca.discard',
    async call({ engineer }) {
      const params = { commonName: 'Plant CA 2', keyType: 'P-256', custody } as const;
      const { requestId } = await engineer.call('ca.request', params);
      await engineer.call('ca.discard', { requestId });
    },
  },
  {
    method: 'ca.import',
    async call({ engineer }) {
      const { rootKey, rootCertificate } = paths(await makeStation(undefined, undefined, { own: true }));
      const file = `${await readFile(rootKey, 'utf8')}${await readFile(rootCertificate, 'utf8')}`;
      const content = Buffer.from(file).toString('base64');
      await engineer.call('ca.import', { content, filePassphrase: passphrase, passphrase });
    },
  },
  { method: 'ca.rootCrl', call: ({ engineer, root }) => engineer.call('ca.rootCrl', { issuerId: root, access }) },
  {
    method: 'ca.exportKey',
    async call({ engineer }, made) {
      const params = { issuerId: made.second ?? '', access, format: 'pem', passphrase } as const;
      made.content = (await engineer.call('ca.exportKey', params)).content;
    },
  },
  {
    method: 'ca.proveBackup',
    call: ({ engineer }, { second = '', content = '' }) =>
      engineer.call('ca.proveBackup', { issuerId: second, access: { kind: 'export', content, passphrase } }),
  },
  {
    method: 'ca.splitKey',
    call: ({ engineer, root }) => engineer.call('ca.splitKey', { issuerId: root, access, shares: 3, threshold: 2 }),
  },
  {
    method: 'ca.takeOffline',
    call: ({ engineer }, { second = '' }) => engineer.call('ca.takeOffline', { issuerId: second, confirm: 'Root 2' }),
  },
  {
    method: 'ca.changePassphrase',
    call: ({ engineer }, { issuing = '' }) =>
      engineer.call('ca.changePassphrase', { issuerId: issuing, secret: passphrase, passphrase }),
  },
  { method: 'ca.forget', call: ({ engineer, issuing }) => engineer.call('ca.forget', { issuerId: issuing }) },
  {
    method: 'ca.revoke',
    call: ({ engineer }, { issuing = '' }) =>
      engineer.call('ca.revoke', { issuerId: issuing, reason: 'cACompromise', note: 'stolen', access }),
  },
  { method: 'ca.addModule', call: ({ engineer }) => engineer.call('ca.addModule', { path: module }) },
  { method: 'ca.addModule', call: ({ engineer }) => engineer.call('ca.addModule', { path: module }) },
  { method: 'ca.tokens', call: ({ engineer }) => engineer.call('ca.tokens', { module }) },
  { method: 'ca.removeModule', call: ({ engineer }) => engineer.call('ca.removeModule', { path: module }) },
  { method: 'ca.lock', actor: ola, call: ({ operator }) => operator.call('ca.lock', {}) },
  { method: 'ca.lock', actor: ola, call: ({ operator }) => operator.call('ca.lock', {}) },

  {
    method: 'people.add',
    async call({ engineer }, made) {
      const added = await engineer.call('people.add', { name: 'Quentin', badge: 'QA-1', pin: '735091', role: 'qa' });
      made.personId = String(added.personId);
    },
  },
  {
    method: 'people.replaceBadge',
    call: ({ engineer }, { personId }) =>
      engineer.call('people.replaceBadge', { personId: Number(personId), badge: 'QA-2', reason: 'lost' }),
  },
  {
    method: 'people.setRole',
    call: ({ engineer }, { personId }) =>
      engineer.call('people.setRole', { personId: Number(personId), role: 'operator' }),
  },
  {
    method: 'people.unlock',
    async call({ engineer, station }, { personId }) {
      await assert.rejects(station.parts.ledger.signIn('QA-2', '000000'));
      await engineer.call('people.unlock', { personId: Number(personId) });
    },
  },
  {
    method: 'people.setPin',
    call: ({ engineer }, { personId }) => engineer.call('people.setPin', { personId: Number(personId), pin: '386294' }),
  },
  {
    method: 'people.deactivate',
    call: ({ engineer }, { personId }) => engineer.call('people.deactivate', { personId: Number(personId) }),
  },
  {
    method: 'people.activate',
    call: ({ engineer }, { personId }) => engineer.call('people.activate', { personId: Number(personId) }),
  },
  {
    method: 'session.changePin',
    actor: ola,
    call: ({ operator }) => operator.call('session.changePin', { pin: '1111', newPin: '480627' }),
  },
  { method: 'session.signOut', actor: ola, call: ({ operator }) => operator.call('session.signOut', {}) },
];

/** PEM of the certificate that another company's root gives to a request, and of that root. */
async function certifiedElsewhere(csrPem: string): Promise<string> {
  const key = softwareKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const common = { organisation: 'Company', practice: false, now: new Date(), years: 5 };
  const rootDer = await makeRootCertificate({ ...common, commonName: 'Company Root', years: 20, key });
  const { spkiDer } = parseCsr(Buffer.from(csrPem));
  const parent = readCa(rootDer);
  const plant = { ...common, commonName: 'Plant CA', spkiDer, parent, parentKey: key, pathLength: 0 };
  return [await makeIssuingCertificate(plant), rootDer].map((der) => pemOf('CERTIFICATE', der)).join('');
}

const latest = async ({ parts }: StationHandle): Promise<AuditEntry[]> =>
  (await parts.ledger.listAudit({ limit: 60, offset: 0 })).rows;

/** Of these entries one is what the method says it leaves, by this actor. */
function assertLeft(method: MethodName, actor: string, rows: readonly AuditEntry[]): void {
  const left = rows.filter((row) => namesOf(method).some((name) => auditEntryOf(row, name)));
  const told = `${method} leaves ${namesOf(method).join(' or ')} by ${actor}; there is ${JSON.stringify(rows)}`;
  assert.ok(
    left.some((row) => row.actor === actor && row.subject !== ''),
    told,
  );
}

test('each audited method leaves the entry it names, by the one who called it, with data of its schema', async (t) => {
  const bed = await bedOf(t);
  const made: Made = {};
  for (const { method, actor = erin, call } of acts) {
    const [last] = await latest(bed.station);
    await call(bed, made);
    const rows = (await latest(bed.station)).filter(({ seq }) => seq > (last?.seq ?? 0));
    assertLeft(method, actor, rows);
  }
  assertKnownEntries(paths(bed.station.parts.dir).records);
});

test('every audited method is tried here', () => {
  const tried = new Set<MethodName>([
    ...acts.map(({ method }) => method),
    'setup.run',
    'setup.open',
    'targets.prefer',
    ...elsewhere,
  ]);
  assert.deepEqual([...tried].sort(), [...audited].sort());
});

test('whoever may call a method may cause the entry it leaves', () => {
  for (const method of audited) {
    const { roles } = methods[method];
    for (const role of roles === 'anyone' ? [] : roles) {
      const specs: EntrySpec[] = namesOf(method).map((name) => entries[name]);
      assert.ok(
        specs.every(({ by }) => (by as readonly string[]).includes(role)),
        `${role}: ${method}`,
      );
    }
  }
});

const plan = {
  ...{ name: 'Line 7', organisation: 'Test', passphrase, device: { endpoint: 'devices.example' } },
  engineer: { name: 'Erin', badge: 'EN-1', pin: '275183' },
  slots: [{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }],
};

test('a station that is made, and one that is opened, say who did it, and from where', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'birthmark-audited-'));
  const before = process.env.BIRTHMARK_HOME;
  process.env.BIRTHMARK_HOME = home;
  const host = await openHost();
  const client: Station = createClient(host.connect('test'));
  t.after(async () => {
    await host.close();
    if (before === undefined) delete process.env.BIRTHMARK_HOME;
    else process.env.BIRTHMARK_HOME = before;
    await rm(home, { recursive: true, force: true });
  });
  await client.call('setup.run', plan);
  await client.call('setup.open', { which: 'real' });
  await client.call('session.signIn', { badge: 'EN-1', pin: '275183' });
  await client.call('targets.save', { target: second });
  await client.call('targets.prefer', { name: second.name });
  await client.call('setup.open', { which: 'practice' });
  const rowsOf = async (folder: string) => {
    const database = openDatabaseHere(paths(join(home, folder)).records);
    const { rows } = await createLedger(database, systemClock).listAudit({ limit: 60, offset: 0 });
    await database.close();
    return rows;
  };
  const real = await rowsOf('station');
  assertLeft('setup.run', 'nobody (test)', real);
  assertLeft('setup.open', 'nobody (test)', real);
  assertLeft('targets.prefer', erin, real);
  await host.close();
  const opened = (await rowsOf('practice')).find(({ entry }) => entry === 'station.opened');
  assert.deepEqual([opened?.actor, opened?.data], ['Erin (EN-1)', { from: 'real' }]);
});
