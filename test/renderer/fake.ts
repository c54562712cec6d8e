/** The HTTP transport's two endpoints over fixtures: the built screens served as a host serves them, without a station. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  type BatchMember,
  type CallEnvelope,
  type DocumentView,
  type EventData,
  type EventName,
  heartbeatMs,
  isEventName,
  isMethodName,
  methods,
  type Person,
  type PersonRow,
  type PracticeLogEntry,
  type RecipeView,
  type Reply,
  type ScanReading,
  StationError,
  type StationStatus,
} from '../../app/contract/index.ts';
import { lineFacts, type ScanRules } from '../../app/contract/model.ts';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { assertRule, readScan, rulesProblem } from '../../app/line/labels/index.ts';
import { driverFactsOf } from '../../app/station/recipes/driversettings.ts';
import { certificateAt, crlStatus } from './certificates.ts';
import { allowListAnswers } from './fakeallowlists.ts';
import { backupRows, someBackups } from './fakebackups.ts';
import { batchFilePart, batchStory, driftPage, preflightReport } from './fakebatches.ts';
import { caAnswers, type FakeCa, firstCa } from './fakeca.ts';
import { someCheckpoints } from './fakecheckpoints.ts';
import { connectionAnswers, failedStory, failedUnit, noConnections } from './fakeconnections.ts';
import { deskAnswers } from './fakedesk.ts';
import { documentAnswers } from './fakedocuments.ts';
import { firstRecipes, lineAnswers, reworkedStory } from './fakeline.ts';
import { firstPeople } from './fakepeople.ts';
import { plantAnswers } from './fakeplant.ts';
import { policyAnswers } from './fakepolicies.ts';
import { targetAnswers } from './faketargets.ts';
import { templateAnswers } from './faketemplates.ts';
import { windowAnswers } from './fakewindow.ts';
import { wouldNot } from './fakewould.ts';
import {
  batchesSnapshot,
  benchOf,
  notMadeStory,
  people,
  practiceOf,
  stationStatus,
  storyOf,
  unitRowAt,
} from './fixtures.ts';

export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'";

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

type Snapshots = { [E in EventName]: EventData<E> };
type Call = { method: string; params: Record<string, unknown> };

export type Fake = {
  address: string;
  /** Every call made so far. */
  calls: Call[];
  /** How many units `units.list` knows. */
  units: number;
  /** Its CAs and profiles as they are now. */
  ca: FakeCa;
  /** Every version of its recipes. */
  recipes: RecipeView[];
  people: PersonRow[];
  /** Every version of its templates and policies. */
  documents: DocumentView[];
  /** The policies of the account. */
  inAws: Record<string, (string | undefined)[]>;
  defaultInAws: Record<string, number>;
  /** Whether it has joined a plant, has given back its lease, and reads the plant. */
  plant: { joined: boolean; returned: boolean; reads: boolean };
  /** The log of the practice AWS's gateway, the newest first. */
  practiceLog: PracticeLogEntry[];
  /** Why no page is let in; undefined: each is. */
  outside: string | undefined;
  /** Whether a person gets another address at its terminal. */
  terminal: boolean;
  /** What the next call of a method is refused with. */
  refusals: Map<string, StationError>;
  /** What listeners see of an event now. */
  snapshot<E extends EventName>(event: E): EventData<E>;
  /** Replaces snapshots and tells every listener. */
  show(change: Partial<Snapshots>): void;
  signIn(person: Person | null): void;
  /** Cuts every event stream, as a station that stops does; new ones are refused until `restart`. */
  cut(): void;
  /** A station that hangs: it answers no call, and says nothing on its streams, which stay open. `reset` ends it. */
  hang(hangs: boolean): void;
  /** A station that starts again: it counts its snapshots from the beginning. */
  restart(change: Partial<Snapshots>): void;
  /** Everything as it was at the start: no person is signed in, and no call was made or will be refused. */
  reset(): void;
  close(): Promise<void>;
};

const firstSnapshots = (): Snapshots => ({
  'session.changed': { seq: 1, person: null },
  'station.changed': stationStatus(),
  'bench.changed': benchOf(4),
  'line.changed': { seq: 1, runs: [] },
  'batches.changed': batchesSnapshot(),
  'drift.changed': { seq: 1, check: null },
  'exports.changed': { seq: 1, job: null },
  'connections.changed': noConnections(),
  'practice.changed': practiceOf(4),
  'backups.changed': someBackups(),
  'checkpoints.changed': someCheckpoints(),
  'scanners.changed': { seq: 1, scanners: [], taught: false },
  'cloud.changed': { seq: 1, jobs: [] },
});

/** Serves the built screens of folder `built`. */
export async function startFake(built: string): Promise<Fake> {
  const snapshots = firstSnapshots();
  const streams = new Map<ServerResponse, Set<EventName>>();
  let hanging: Promise<void> | undefined;
  let goOn: (() => void) | undefined;
  const beats = setInterval(() => {
    if (!hanging) for (const stream of streams.keys()) stream.write(': still here\n\n');
  }, heartbeatMs);
  beats.unref();
  let seq = 1;
  let down = false;

  const send = (stream: ServerResponse, event: EventName) =>
    stream.write(`event: ${event}\ndata: ${JSON.stringify(snapshots[event])}\n\n`);

  const firstState = () => ({
    units: 100_000,
    ca: firstCa(),
    recipes: firstRecipes(),
    people: firstPeople(),
    documents: [],
    inAws: {},
    defaultInAws: {},
    practiceLog: [],
    outside: undefined,
    terminal: true,
    plant: { joined: false, returned: false, reads: false },
  });
  const fake: Fake = {
    address: '',
    calls: [],
    refusals: new Map(),
    ...firstState(),
    snapshot: (event) => snapshots[event],
    show(change) {
      seq += 1;
      for (const event of Object.keys(change) as EventName[]) {
        Object.assign(snapshots, { [event]: { ...change[event], seq } });
        for (const [stream, wanted] of streams) if (wanted.has(event)) send(stream, event);
      }
    },
    signIn: (person) => fake.show({ 'session.changed': { seq, person } }),
    cut() {
      down = true;
      for (const stream of streams.keys()) stream.destroy();
      streams.clear();
    },
    hang(hangs) {
      goOn?.();
      goOn = undefined;
      hanging = hangs ? new Promise((resolve) => (goOn = resolve)) : undefined;
    },
    restart(change) {
      down = false;
      seq = 0;
      for (const event of Object.keys(snapshots) as EventName[]) Object.assign(snapshots[event], { seq });
      fake.show(change);
    },
    reset() {
      down = false;
      fake.hang(false);
      Object.assign(fake, firstState());
      fake.calls.length = 0;
      fake.refusals.clear();
      answers = answersOf(fake, snapshots);
      fake.show(firstSnapshots());
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(beats);
        for (const stream of streams.keys()) stream.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  let answers = answersOf(fake, snapshots);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://station');
    response.setHeader('content-security-policy', contentSecurityPolicy);
    if (url.pathname === '/api/enter') return void enter(response);
    if (url.pathname === '/api/call') return void reply(request, response);
    if (url.pathname === '/api/events') return void listen(url, response);
    void file(url.pathname, response);
  });

  /** Every page is let in, unless a test says why not. */
  function enter(response: ServerResponse) {
    const { outside } = fake;
    response.setHeader('content-type', 'application/json');
    if (outside === undefined) return response.end('{"ok":true,"result":{"page":"fake.page"}}');
    const error = {
      code: 'session.unknownPage',
      detail: 'not let in',
      data: { reason: outside, terminal: fake.terminal },
    };
    return response.writeHead(401).end(JSON.stringify({ ok: false, error }));
  }

  async function reply(request: IncomingMessage, response: ServerResponse) {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const envelope = JSON.parse(Buffer.concat(parts).toString()) as CallEnvelope;
    response.setHeader('content-type', 'application/json');
    await hanging;
    response.end(JSON.stringify(answer(envelope)));
  }

  function answer({ method, params }: CallEnvelope): Reply {
    if (!isMethodName(method)) return { ok: false, error: { code: 'call.unknownMethod', detail: method } };
    const read = methods[method].params.safeParse(params);
    if (!read.success) return { ok: false, error: { code: 'call.badParams', detail: read.error.message } };
    fake.calls.push({ method, params: read.data as Record<string, unknown> });
    const refusal = fake.refusals.get(method);
    fake.refusals.delete(method);
    if (refusal) return { ok: false, error: refusal.toJSON() };
    try {
      const result = answers[method]?.(read.data as never);
      return { ok: true, result: methods[method].result.parse(result === undefined ? {} : result) };
    } catch (cause) {
      if (cause instanceof StationError) return { ok: false, error: cause.toJSON() };
      return { ok: false, error: { code: 'internal', detail: String(cause) } };
    }
  }

  async function listen(url: URL, response: ServerResponse) {
    await hanging;
    if (down) {
      response.destroy();
      return;
    }
    const wanted = (url.searchParams.get('events') ?? '').split(',').filter(isEventName);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    streams.set(response, new Set(wanted));
    response.on('close', () => streams.delete(response));
    for (const event of wanted) send(response, event);
  }

  async function file(path: string, response: ServerResponse) {
    const name = path === '/' ? 'index.html' : path.slice(1);
    try {
      const body = await readFile(join(built, name));
      response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
      // As the kiosk says it of these names, which carry a digest: a page that is loaded again need not compile them again.
      if (name.startsWith('assets/')) response.setHeader('cache-control', 'private, max-age=31536000, immutable');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return fake;
}

/** As the station tells: by record, then by what a plain unit serial is. */
function readingOf(text: string): ScanReading {
  if (Object.values(people).some(({ badge }) => badge === text)) return { kind: 'badge', badge: text };
  if (/^WO-/.test(text)) return { kind: 'order', orderId: text };
  if (/^AMBI-/.test(text))
    return {
      kind: 'ambiguous',
      readings: [
        { kind: 'unit', unitSerial: 'BM-26-4102' },
        { kind: 'badge', badge: 'B-2001' },
      ],
    };
  if (/^[\w:-]+$/.test(text)) return { kind: 'unit', unitSerial: text };
  return { kind: 'unknown', error: { code: 'unit.badSerial', detail: text } };
}

/** What the methods answer; those that are missing answer `{}`. Results are checked against the contract. */
function answersOf(fake: Fake, snapshots: Snapshots) {
  const page = (offset: number, limit: number, total: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) => offset + index);
  const batch = (batchId: string) => {
    const row = snapshots['batches.changed'].batches.find((candidate) => candidate.batchId === batchId);
    if (!row) throw new StationError('batch.notFound', batchId);
    return row;
  };
  const changed = () => {
    const status = snapshots['station.changed'];
    const active = fake.ca.hierarchy.authorities.find((ca) => ca.active);
    const key = active?.keyState ?? 'missing';
    const state = active?.expiry === 'expired' ? 'expired' : key === 'elsewhere' ? 'missing' : key;
    fake.show({ 'station.changed': { ...status, ca: { ...status.ca, state } } });
  };
  const answers: Record<string, (params: never) => unknown> = {
    ...caAnswers(fake, changed),
    ...lineAnswers(fake),
    ...windowAnswers(),
    ...policyAnswers(fake),
    ...templateAnswers(),
    ...targetAnswers(),
    ...connectionAnswers(),
    ...documentAnswers(fake),
    ...plantAnswers(fake),
    'practice.log': () => ({ entries: fake.practiceLog }),
    'session.signIn': ({ badge, pin }: { badge: string; pin: string }) => {
      const person = Object.values(people).find((candidate) => candidate.badge === badge);
      if (!person || pin !== '1234') throw new StationError('session.wrongPin', '');
      fake.signIn(person);
      return person;
    },
    // By the rules that are asked about, as a station reads it.
    'scan.preview': ({ text, rules }: { text: string; rules: ScanRules }) => {
      assertRule(rulesProblem(rules));
      return readScan(text, rules, { isBadge: text === people.engineer.badge, isOrder: false });
    },
    'station.configure': (change: Partial<Pick<StationStatus, 'scan' | 'scanners' | 'pins' | 'shifts'>>) => {
      const { scan, scanners, pins, shifts } = change;
      const status = snapshots['station.changed'];
      fake.show({
        'station.changed': {
          ...status,
          ...(scan ? { scan } : {}),
          ...(scanners ? { scanners } : {}),
          ...(pins ? { pins } : {}),
          ...(shifts ? { shifts } : {}),
        },
      });
      return {};
    },
    'session.signOut': () => void fake.signIn(null),
    'scan.take': ({ scanId }: { scanId: string }) => ({ text: scanId, scannerId: 1 }),
    'scan.read': ({ text }: { text: string }) => readingOf(text),
    'session.changePin': ({ pin }: { pin: string }) => {
      if (pin === '9999') throw new StationError('session.wrongPin', 'badge and PIN do not go together');
      const { person } = snapshots['session.changed'];
      if (person) fake.signIn({ ...person, pinProblem: undefined } as Person);
      return {};
    },
    'bench.scan': ({ text }: { text: string }) => {
      const slot = snapshots['bench.changed'].slots.find((candidate) => candidate.state === 'SCAN');
      if (!text.startsWith('BM-')) throw new StationError('unit.badSerial', text);
      return { slotId: slot?.slotId ?? 1 };
    },
    ...deskAnswers(fake),
    'connections.why': ({ unitSerial }: { unitSerial: string }) => wouldNot(unitSerial),
    'units.show': ({ unitSerial }: { unitSerial: string }) => {
      if (!unitSerial.startsWith('BM-')) throw new StationError('unit.notFound', unitSerial);
      if (unitSerial === 'BM-26-0001') return reworkedStory(unitSerial);
      if (unitSerial === 'BM-26-0002') return { ...storyOf(unitSerial), state: 'scrapped' };
      if (unitSerial === 'BM-26-0003') return notMadeStory(unitSerial);
      if (unitSerial === failedUnit) return failedStory();
      return storyOf(unitSerial);
    },
    'certificates.list': ({ offset, limit }: { offset: number; limit: number }) => ({
      total: 1000,
      more: false,
      next: null,
      rows: page(offset, limit, 1000).map((index) => certificateAt(index)),
    }),
    'certificates.show': ({ serialHex }: { serialHex: string }) => {
      const revoked = fake.calls.some(
        ({ method, params }) => method === 'certificates.revoke' && params.serialHex === serialHex,
      );
      const pem = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIQTxyaA95Vd6o=\n-----END CERTIFICATE-----\n';
      return { ...certificateAt(Number.parseInt(serialHex, 16) % 1000, revoked), pem, chainPem: pem + pem };
    },
    'certificates.revoke': ({ serialHex }: { serialHex: string }) =>
      certificateAt(Number.parseInt(serialHex, 16) % 1000, true),
    'crl.status': () => crlStatus(),
    'crl.make': () => crlStatus(),
    'crl.show': () => ({ pem: '-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n' }),
    'batches.show': ({
      batchId,
      offset,
      limit,
      state,
    }: {
      batchId: string;
      offset: number;
      limit: number;
      state?: BatchMember['state'];
    }) => {
      const row = batch(batchId);
      const total = state === 'rejected' ? row.rejected : state === 'unaccounted' ? row.unaccounted : row.count;
      const members = page(offset, limit, total).map((index): BatchMember => {
        const unit = unitRowAt(index);
        const result =
          state ??
          (row.state === 'done'
            ? index === 4 || index === 9
              ? 'rejected'
              : index === 12
                ? 'unaccounted'
                : 'registered'
            : 'waiting');
        return {
          line: index + 1,
          unitSerial: unit.unitSerial,
          certificateId: unit.certificateId ?? 'b'.repeat(64),
          state: result,
          thingName: result === 'registered' ? unit.unitSerial : null,
          reason: result === 'rejected' ? 'ResourceRegistrationFailureException: the policy does not exist' : null,
        };
      });
      const progress = snapshots['batches.changed'].progress.find((candidate) => candidate.batchId === batchId);
      return { ...row, total, members, ...(progress ? { progress } : {}) };
    },
    'batches.story': ({ batchId }: { batchId: string }) => batchStory(batch(batchId)),
    'exports.start': () => ({}),
    'exports.stop': () => ({}),
    'exports.filePart': ({ offset }: { offset: number }) =>
      offset === 0 ? { bytes: btoa('PK'), next: 2 } : { bytes: btoa('zip'), next: null },
    'units.birthRecord': () => ({ pdf: btoa('%PDF-1.3') }),
    'drift.findings': ({ after }: { after: number }) => driftPage(after),
    'batches.filePart': ({ offset }: { offset: number }) => batchFilePart(offset),
    'batches.check': () => preflightReport,
    'batches.make': () => snapshots['batches.changed'].batches[0],
    'batches.submit': ({ batchId }: { batchId: string }) => batch(batchId),
    'cloud.registerCa': () => {
      const status = snapshots['station.changed'];
      fake.show({ 'station.changed': { ...status, ca: { ...status.ca, registration: 'active' } } });
      return { caCertificateId: 'd'.repeat(64) };
    },
    'station.recognise': ({ port }: { port: string }) => {
      if (port.includes(':1:')) return { driver: 'nrf91' };
      throw new StationError('device.incompatible', `the device at ${port} speaks none of agent, nrf91`);
    },
    'station.ports': () => [
      {
        path: '/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0',
        names: ['/dev/ttyUSB0'],
        label: 'FTDI FT232R',
        usbLocation: 'pci-0000:00:14.0-usb-0:1:1.0-port0',
        vendorId: '0403',
        productId: '6001',
      },
      {
        path: '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0',
        names: ['/dev/ttyACM0', '/dev/another-name'],
        label: 'SEGGER J-Link',
        usbLocation: 'pci-0000:00:14.0-usb-0:2:1.0-port0',
        vendorId: '1366',
        productId: '1051',
      },
    ],
    'backups.list': () => backupRows,
    'backups.inBucket': () => backupRows.slice(0, 1),
    'backups.make': () => ({}),
    'backups.stop': () => ({}),
    'backups.configure': () => ({}),
    'checkpoints.publish': () => ({ places: someCheckpoints().places }),
    'checkpoints.configure': () => ({}),
    'orders.reconcile': () => ({}),
    'station.doctor': () => [
      {
        name: 'clock',
        ok: true,
        detail: '2026-11-20T13:05:09.000Z',
        finding: { what: 'clockPlausible', values: { now: '2026-11-20T13:05:09.000Z' } },
      },
      {
        name: 'disk',
        ok: false,
        detail: '120 MiB free',
        remedy: 'free some space on the disk of the data folder',
        finding: { what: 'diskLow', remedy: 'freeDisk', values: { mib: 120 } },
      },
      {
        name: 'records',
        ok: true,
        detail: 'the database passes its integrity check',
        finding: { what: 'recordsSound' },
      },
      {
        name: 'plant',
        ok: false,
        detail: '3 leaves of the log wait for the plant: the plant cannot be reached (ECONNREFUSED)',
        finding: {
          what: 'plantBehind',
          remedy: 'reachPlant',
          values: { waiting: 3, why: 'the plant cannot be reached (ECONNREFUSED)', code: 'plant.unreachable' },
        },
      },
      {
        name: 'ports',
        ok: false,
        detail: 'the folder is not there',
        finding: { what: 'failed', remedy: 'checkCables', values: { why: 'the folder is not there' } },
      },
    ],
    'people.list': () => fake.people,
    'people.add': (person: Record<string, unknown>) => ({ ...person, personId: 10 }),
    ...Object.fromEntries(
      (['activate', 'deactivate', 'setPin', 'unlock'] as const).map((act) => [`people.${act}`, () => ({})]),
    ),
    'people.replaceBadge': (change: object) => ({ ...people.operator, ...change }),
    'people.setRole': (change: object) => ({ ...people.operator, ...change }),
    'orders.list': () => [
      {
        orderId: 'WO-2611-07',
        model: 'SENSE-2',
        quantity: 400,
        profile: 'device',
        recipe: null,
        label: null,
        registration: null,
        pattern: null,
        listed: null,
        dueAt: '2026-11-24T22:59:59.000Z',
        failed: 3,
        left: 186,
        pace: { passed: 52, sinceAt: '2026-11-20T07:00:00Z', untilAt: '2026-11-20T08:00:00Z' },
        serialFrom: 'BM-26-004000',
        serialTo: 'BM-26-004999',
        endsAt: '2026-12-31T22:59:59.000Z',
        state: 'open',
        issued: 218,
        passed: 214,
        active: true,
        createdAt: '2026-11-18T07:00:00Z',
      },
      {
        orderId: 'WO-2611-08',
        model: 'SENSE-2',
        quantity: 250,
        profile: 'device',
        recipe: 'sense-2',
        label: { kind: 'gs1', gtins: [], length: { min: 8, max: 8 } },
        registration: null,
        pattern: null,
        listed: null,
        dueAt: null,
        failed: 0,
        left: 250,
        pace: null,
        serialFrom: null,
        serialTo: null,
        endsAt: null,
        state: 'open',
        issued: 0,
        passed: 0,
        active: false,
        createdAt: '2026-11-19T07:00:00Z',
      },
      {
        orderId: 'WO-2610-31',
        model: 'SENSE-1',
        quantity: 120,
        profile: 'device',
        recipe: null,
        label: null,
        registration: null,
        pattern: null,
        listed: null,
        dueAt: null,
        failed: 0,
        left: 0,
        pace: null,
        serialFrom: null,
        serialTo: null,
        endsAt: null,
        state: 'closed',
        issued: 121,
        passed: 120,
        active: false,
        createdAt: '2026-10-30T07:00:00Z',
      },
    ],
    'orders.overlaps': () => [
      { orderId: 'WO-2611-07', overlaps: [{ orderId: 'WO-2611-05', serials: 'BM-26-004180 – BM-26-004190' }] },
    ],
    'orders.register': () => ({}),
    ...allowListAnswers(),
    'targets.save': () => ({}),
    'orders.pause': () => ({}),
    'orders.resume': () => ({}),
    'orders.intake': () => ({
      dropFolder: {
        folder: '/srv/orders',
        taken: 3,
        trouble: { what: 'noFolder', code: 'ENOENT' },
        error: 'the folder is not there',
      },
      hook: {
        host: '127.0.0.1',
        port: 8443,
        tls: false,
        url: null,
        trouble: { what: 'tlsFiles', code: 'EACCES' },
        error: 'its certificate and key cannot be used',
      },
      webhook: {
        url: 'https://mes.example/events',
        ca: {
          file: '/etc/factory-ca.pem',
          certificates: [{ subject: 'CN=Factory Root', notAfterAt: '2031-05-01T00:00:00Z' }],
        },
        waiting: 2,
        tries: 3,
        nextTryAt: null,
        pausedAt: '2026-11-20T08:00:00Z',
        error: 'the receiver answers 403',
        trouble: { what: 'answers', status: 403 },
      },
      eventDays: 90,
    }),
    'orders.setIntake': () => ({ dropFolder: null, hook: null, webhook: null, eventDays: 90, token: 'a-token' }),
    'orders.preview': () => orderPreview,
    'orders.import': () => ({ made: ['WO-9'], preview: orderPreview }),
    'orders.make': (order: { activate: boolean }) => ({
      recipe: null,
      label: null,
      ...order,
      profile: 'device',
      registration: null,
      pattern: null,
      listed: null,
      dueAt: null,
      failed: 0,
      left: 0,
      pace: null,
      serialFrom: null,
      serialTo: null,
      endsAt: null,
      state: 'open',
      issued: 0,
      passed: 0,
      active: order.activate,
      createdAt: '2026-11-20T07:00:00Z',
    }),
    'setup.preview': ({ name, organisation }: { name: string; organisation: string }) => ({
      folder: '~/.local/share/birthmark/station',
      exists: false,
      rootSubject: `CN=${name} Root CA,O=${organisation}`,
      issuingSubject: `CN=${name} Issuing CA,O=${organisation}`,
    }),
    'station.drivers': () => driverNames.map(driverNamed).map(driverFactsOf),
    'setup.run': () => ({
      stationId: 'st-real',
      folder: '~/.local/share/birthmark/station',
      checks: [
        { name: 'ca', ok: true, detail: '', finding: { what: 'caOpens' } },
        { name: 'records', ok: true, detail: '', finding: { what: 'recordsSound' } },
        {
          name: 'ports',
          ok: false,
          detail: '0 of 1 slots have a device',
          finding: { what: 'portsCounted', remedy: 'plugInSlots', values: { there: 0, slots: 1 } },
        },
      ],
    }),
    'station.lines': () => [
      {
        slotId: 1,
        driver: 'nrf91',
        line: lineFacts(driverNamed('nrf91'), { recipe: { flowControl: 'none' }, place: {} }),
      },
    ],
  };
  return answers;
}

/** A file with a good order and a wrong one. */
const orderPreview = {
  sha256: 'ab',
  rows: 2,
  orders: [
    {
      orderId: 'WO-9',
      model: 'SENSE-2',
      quantity: 40,
      serials: 'SN-1 – SN-9',
      dueAt: null,
      standing: 'new',
      rows: 1,
      overlaps: [{ orderId: 'WO-2611-07', serials: 'SN-8 – SN-9' }],
    },
    { orderId: 'WO-10', model: '', quantity: 0, serials: '', dueAt: null, standing: 'bad', rows: 1, overlaps: [] },
  ],
  problems: [
    { row: 3, column: 'quantity', what: 'notNumber', value: 'many', detail: '"many" is no whole number' },
    {
      ...{ row: 4, column: null, what: 'refused', value: 'WO-11', detail: 'no recipe is called Sensor' },
      error: { code: 'recipe.notFound', detail: 'no recipe is called Sensor', data: { name: 'Sensor' } },
    },
  ],
  badRows: 2,
  refusedCsv: 'order,model,quantity,reason\r\nWO-10,SENSE-2,many,quantity\r\n',
};
