/** One conversation with one device: what of it is on record, what people see of it, and how it ends. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { StepProgress } from '../../app/contract/model.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { plainLine } from '../../app/device/declare.ts';
import type { Device, Driver, DriverOptions, LinkTally } from '../../app/device/driver.ts';
import { readTranscript } from '../../app/device/transcript.ts';
import { runGolden, startGolden } from '../../app/line/golden.ts';
import { asStationError, type RunOptions, runUnit } from '../../app/line/runner.ts';
import type { LineTools } from '../../app/line/unit.ts';
import type { TranscriptRecord } from '../../app/records/index.ts';
import { issue as issueFor, makeCsr, now, testCa } from '../ca/support.ts';
import { refuses } from '../records/support.ts';

const ca = await testCa();
const { csrDer, privateKey } = makeCsr('U-1');
const { certificateDer, csr } = await issueFor(csrDer, 'U-1', ca);
const certificate = {
  ...{ serialHex: '0a', der: certificateDer, certificateId: 'c1', issuerId: ca.issuer.issuerId },
  ...{ spkiSha256: csr.spkiSha256, spkiDer: csr.spkiDer },
};
const mark = { name: 'acme', version: 1, hash: 'ab' };
const actor = 'ola';

type Given = {
  device?: Partial<Device>;
  open?: RunOptions['open'];
  steps?: ('identify' | 'verify')[];
  standing?: Partial<RunOptions['start']['standing']>;
  onLog?: (line: string) => void;
  driver?: Partial<Driver>;
  endAttempt?: () => Promise<void>;
  /** It then goes on with the certificate on record. */
  sealed?: boolean;
  /** Who has the bench when it ends. */
  handedTo?: string;
};

type Ended = {
  outcome: string;
  step?: string;
  error?: { code: string; detail: string };
  queueRevocation?: string;
  handedTo?: string;
  pending: { kind: string; step: string; ms: number }[];
  transcript?: TranscriptRecord;
  ms: number;
};

/** A unit whose device does everything right but for what is given. Each act takes the time it says. */
function runOf(given: Given = {}) {
  let ms = 0;
  const tally: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  const ended: Ended[] = [];
  const journal: Record<string, unknown>[] = [];
  const shown: StepProgress[][] = [];
  const did: string[] = [];
  const stop = new AbortController();
  let slept = 0;
  const device = {
    async identify() {
      ms += 30;
      Object.assign(tally, { bytesSent: 10, bytesReceived: 20, deviceMs: 25 });
      const told = { protocol: '1', model: 'BM-1', hardwareRevision: 'A', firmware: '1.0', hardwareId: 'ab' };
      return { ...told, keyTypes: ['P-256'], hasKey: true, hasCertificate: true, sealed: given.sealed ?? false };
    },
    async readBack() {
      ms += 7;
      Object.assign(tally, { bytesSent: 11, bytesReceived: 120, deviceMs: 31 });
      return { items: [{ name: 'certificate', same: true, how: 'digest' as const }], unread: [] };
    },
    prove: async (nonce: Uint8Array) => ({
      kind: 'nonce' as const,
      signatureDer: sign('sha256', nonce, privateKey),
    }),
    tally: () => ({ ...tally }),
    async close() {
      did.push('closed');
    },
    ...given.device,
  };
  let connected: DriverOptions | undefined;
  const driver = {
    ...{ name: 'fake', line: { ...plainLine, terminator: 'crlf', pieceBytes: 64, gapMs: 0 }, terminators: ['crlf'] },
    ...{ traits: { seals: false }, redactions: [/secret/] },
    connect(channel: ByteChannel, options: DriverOptions) {
      connected = options;
      void channel.write(Buffer.from('hello\n'));
      return device;
    },
    ...given.driver,
  } as unknown as Driver;
  const channel: ByteChannel = {
    write: async () => {},
    onData: () => () => {},
    onClose: () => () => {},
    close: async () => {},
  };
  const chain = { chainDer: [ca.hierarchy.issuing.certificateDer], rootDer: ca.hierarchy.root.certificateDer };
  const tools = {
    clock: { now: () => now, monotonicMs: () => ms, after: () => () => {} },
    authority: () => ({ chainOf: () => chain }),
    driverNamed: () => driver,
    lookForSleep: () => void slept++,
    handedTo: () => given.handedTo,
    askPlant: async () => {},
    ledger: {
      recordDevice: async () => {},
      async endAttempt(of: Ended) {
        await given.endAttempt?.();
        ended.push(of);
      },
      journal: async (of: Record<string, unknown>) => void journal.push(of),
      endGolden: async (of: Record<string, unknown>) => void journal.push(of),
      standing: async () => given.standing ?? {},
    },
  } as unknown as LineTools;
  const recipe = {
    ...{ mark, model: '*', driver: 'fake', settings: { a: '1' }, keyType: 'P-256', steps: given.steps ?? ['identify'] },
    ...{ config: { endpoint: '', thingName: '{unitSerial}' }, rootCaDer: new Uint8Array() },
    line: { recipe: {}, place: {} },
  } as unknown as RunOptions['start']['recipe'];
  const job = { unitSerial: 'U-1', orderId: 'WO-1', slotId: 1, actor };
  const options: RunOptions = {
    ...{ job, tools, start: { attempt: 4, standing: given.standing ?? {}, recipe } },
    open: given.open ?? (async () => channel),
    onSteps: (steps) => shown.push(steps),
    ...(given.onLog ? { onLog: given.onLog } : {}),
    signal: stop.signal,
  };
  const stateOf = () => shown.map((steps) => steps.map(({ state }) => state).join(' '));
  return {
    ...{ options, ended, journal, shown, stateOf, did, stop, recipe, tools, job },
    slept: () => slept,
    connected: () => connected,
  };
}
const fails = (code: ErrorCode) => () => Promise.reject(new StationError(code, `it is ${code}`));

const complete = { sealed: true, standing: { certificate }, steps: ['identify' as const, 'verify' as const] };

describe('a unit', () => {
  test('that passes: its time and its bytes by step, with a journal entry each', async () => {
    const bed = runOf(complete);
    const result = await runUnit(bed.options);
    assert.deepEqual([result.outcome, result.error, result.certificateId, result.ms], ['PASS', undefined, 'c1', 37]);
    assert.deepEqual([result.unitSerial, result.attempt], ['U-1', 4]);
    assert.deepEqual(result.steps, [
      { name: 'identify', ms: 30, link: { bytesSent: 10, bytesReceived: 20, deviceMs: 25 } },
      { name: 'verify', ms: 7, link: { bytesSent: 1, bytesReceived: 100, deviceMs: 6 } },
    ]);
    assert.deepEqual(result.link, { bytesSent: 11, bytesReceived: 120, deviceMs: 31 });
    const [end] = bed.ended;
    assert.deepEqual([end?.outcome, end?.step, end?.error, end?.ms], ['PASS', undefined, undefined, 37]);
    assert.equal(end?.queueRevocation, undefined);
    assert.deepEqual(
      end?.pending.map(({ kind, step, ms }) => [kind, step, ms]),
      [
        ['step', 'identify', 30],
        ['step', 'verify', 7],
      ],
    );
    assert.deepEqual([bed.slept(), bed.did], [0, ['closed']]);
  });

  test('is seen going from step to step, with its progress, to where it failed', async () => {
    const bed = runOf({ ...complete, device: { readBack: fails('link.lost') } });
    await runUnit(bed.options);
    assert.deepEqual(bed.stateOf(), [
      'waiting waiting',
      'running waiting',
      'done waiting',
      'done running',
      'done failed',
    ]);
    assert.deepEqual(bed.shown.at(-1)?.[0], { name: 'identify', state: 'done', ms: 30 });
  });

  test('that fails: its error and its step are on record, and the PC is asked whether it slept', async () => {
    const bed = runOf({ ...complete, device: { prove: fails('device.keyFailed') } });
    const result = await runUnit(bed.options);
    assert.deepEqual([result.outcome, result.error?.code], ['FAIL', 'device.keyFailed']);
    const [end] = bed.ended;
    assert.deepEqual([end?.outcome, end?.step, end?.error?.code], ['FAIL', 'verify', 'device.keyFailed']);
    assert.deepEqual(
      end?.pending.map(({ step }) => step),
      ['identify'],
      'only what was done',
    );
    assert.equal(result.steps.length, 1);
    assert.deepEqual([bed.slept(), bed.did], [1, ['closed']]);
  });

  test('its certificate is queued for revocation when it failed the check, and only then', async () => {
    const queuedAfter = async (given: Given) => {
      const bed = runOf(given);
      await runUnit(bed.options);
      return bed.ended[0]?.queueRevocation;
    };
    assert.equal(await queuedAfter({ ...complete, device: { prove: fails('verify.proofFailed') } }), '0a');
    assert.equal(await queuedAfter({ ...complete, device: { prove: fails('link.lost') } }), undefined);
    assert.equal(await queuedAfter({ device: { identify: fails('verify.proofFailed') } }), undefined);
  });

  test('whose port does not open has failed in its first step, without a byte', async () => {
    const bed = runOf({ ...complete, standing: {}, open: fails('link.openFailed') });
    const result = await runUnit(bed.options);
    assert.deepEqual([result.error?.code, result.certificateId], ['link.openFailed', null]);
    assert.deepEqual(result.link, { bytesSent: 0, bytesReceived: 0, deviceMs: 0 });
    assert.equal(bed.ended[0]?.step, 'identify');
    assert.deepEqual(bed.did, []);
    assert.equal(bed.ended[0]?.transcript?.driver, 'fake');
  });

  test('that failed keeps the certificate it has had before', async () => {
    const bed = runOf({ standing: { certificate }, device: { identify: fails('link.lost') } });
    assert.equal((await runUnit(bed.options)).certificateId, 'c1');
  });

  test('a port that cannot be closed is an error, and what went over the wire is still known', async () => {
    const bed = runOf({ ...complete, device: { close: fails('link.lost') } });
    const { error, link } = await runUnit(bed.options);
    assert.deepEqual([error?.code, link.bytesReceived], ['link.lost', 120]);
  });

  test('a bug of this program is no fault of the unit', async () => {
    const bed = runOf({ device: { identify: () => Promise.reject(new Error('undefined is not a function')) } });
    const { outcome, error } = await runUnit(bed.options);
    assert.deepEqual([outcome, error?.code], ['ERROR', 'internal']);
    assert.match(String(error?.cause), /not a function/);
    assert.ok(!error?.detail.includes('function'));
  });

  test('stopped by a person, or for a reason: what the device says then does not count', async () => {
    for (const [reason, code] of [
      [undefined, 'call.cancelled'],
      [new StationError('station.suspended', 'asleep'), 'station.suspended'],
    ] as const) {
      const bed = runOf({
        device: {
          identify() {
            bed.stop.abort(reason);
            return fails('link.lost')();
          },
        },
      });
      assert.equal((await runUnit(bed.options)).error?.code, code);
    }
  });

  test('that ends after a handover names the next person beside the one who began it; else it names one', async () => {
    const bed = runOf({ ...complete, handedTo: 'Bo (OP-2)' });
    await runUnit(bed.options);
    assert.equal(bed.ended[0]?.handedTo, 'Bo (OP-2)');
    const own = runOf(complete);
    await runUnit(own.options);
    assert.ok(!('handedTo' in own.ended[0]!));
  });

  test('an outcome that is not on record is none', async () => {
    const bed = runOf({ endAttempt: () => Promise.reject(new Error('disk gone')) });
    await assert.rejects(runUnit(bed.options), /disk gone/);
  });

  test('the driver gets the settings of the recipe, and its lines go to the log', async () => {
    const lines: string[] = [];
    const bed = runOf({ onLog: (line) => lines.push(line) });
    await runUnit(bed.options);
    bed.connected()?.onLog?.('boot');
    assert.deepEqual([lines, bed.connected()?.settings], [['boot'], { a: '1' }]);
    const mute = runOf();
    await runUnit(mute.options);
    assert.equal(mute.connected()?.onLog, undefined);
  });

  test('the conversation is on record without its secrets; one that cannot be kept changes no outcome', async () => {
    const bed = runOf({ driver: { redactions: [/hello/] } });
    await runUnit(bed.options);
    const { driver, data } = bed.ended[0]!.transcript!;
    assert.equal(driver, 'fake');
    const text = JSON.stringify(await readTranscript(data));
    assert.ok(!text.includes('hello'), text);

    const lines: string[] = [];
    const broken = { driver: { redactions: [null as unknown as RegExp] }, onLog: (line: string) => lines.push(line) };
    const lost = runOf(broken);
    assert.equal((await runUnit(lost.options)).outcome, 'PASS');
    assert.match(lines[0] ?? '', /the conversation could not be kept/);
    assert.equal(lost.ended[0]?.transcript, undefined);
  });
});

describe('a golden unit', () => {
  const begin = (given: Given, scanned?: { text: string }) => {
    const bed = runOf(given);
    const job = { ...bed.job, ...(scanned ? { scanned } : {}) };
    return { bed, start: () => startGolden(job, bed.recipe, bed.tools) };
  };

  test('its check begins on record, with its label, in attempt 0; without a certificate there is none', async () => {
    const standing = { certificate };
    const { bed, start } = begin({ standing }, { text: ']C0U-1' });
    assert.deepEqual(await start(), { attempt: 0, standing, recipe: bed.recipe });
    const of = { unitSerial: 'U-1', attempt: 0, entry: 'golden.started', step: null, actor };
    const data = { slotId: 1, driver: 'fake', recipe: mark };
    assert.deepEqual(bed.journal, [{ ...of, data: { ...data, scanned: { text: ']C0U-1' } } }]);
    const unscanned = begin({ standing });
    await unscanned.start();
    assert.deepEqual(unscanned.bed.journal[0]?.data, data);
    const refused = begin({});
    await assert.rejects(refused.start(), refuses('recipe.outdated', { recipe: 'acme', unitSerial: 'U-1' }));
    assert.deepEqual(refused.bed.journal, []);
  });

  test('a check that cannot be put on record does not begin', async () => {
    const { bed, start } = begin({ standing: { certificate } });
    const gone = () => Promise.reject(new Error('disk gone'));
    Object.assign(bed.tools.ledger, { journal: gone, endGolden: gone });
    await assert.rejects(start(), /disk gone/);
    await assert.rejects(runGolden(bed.options), /disk gone/, 'nor has it ended');
  });

  test('it passes or fails, on record with the conversation; nothing else is written', async () => {
    const passed = runOf({ standing: { certificate } });
    const { outcome, attempt, certificateId, error, steps } = await runGolden(passed.options);
    assert.deepEqual([outcome, attempt, certificateId, error], ['PASS', 0, 'c1', undefined]);
    assert.deepEqual(
      steps.map(({ name }) => name),
      ['identify', 'verify'],
    );
    const [told, ...more] = passed.journal;
    assert.deepEqual([told?.unitSerial, told?.ms, told?.error, told?.step], ['U-1', 37, undefined, undefined]);
    assert.ok(told?.transcript);
    assert.deepEqual([more, passed.ended], [[], []]);

    const failed = runOf({ standing: { certificate }, device: { readBack: fails('device.keyFailed') } });
    const result = await runGolden(failed.options);
    assert.deepEqual([result.outcome, result.error?.code], ['FAIL', 'device.keyFailed']);
    const [entry] = failed.journal;
    assert.deepEqual([entry?.error, entry?.step], [result.error?.toJSON(), 'verify']);
  });

  test('an endpoint that the recipe has changed since is no fault of it', async () => {
    const items = ['certificate', 'endpoint'].map((name) => ({
      name,
      same: name === 'certificate',
      how: 'value' as const,
    }));
    const readBack: Device['readBack'] = async () => ({ items, unread: [] });
    const { options } = runOf({ standing: { certificate }, device: { readBack } });
    assert.equal((await runGolden(options)).error?.code, undefined);
  });

  test('the key is the one its CSR was made with, where a mark is the only proof', async () => {
    const outcomeFor = async (keyMark: string | undefined, found: string) => {
      const csr = { csrDer, ...(keyMark === undefined ? {} : { keyMark }) };
      const prove: Device['prove'] = async () => ({ kind: 'csr', keyMark: found });
      return (await runGolden(runOf({ standing: { certificate, csr }, device: { prove } }).options)).error?.code;
    };
    assert.equal(await outcomeFor('K1', 'K1'), undefined);
    assert.equal(await outcomeFor('K1', 'K2'), 'verify.proofFailed');
    assert.equal(await outcomeFor(undefined, 'K1'), 'verify.proofFailed');
  });
});

test('an error of the catalogue stays what it is', () => {
  const lost = new StationError('link.lost', 'gone');
  assert.equal(asStationError(lost), lost);
});
