/** The nRF91 driver against a simulated modem as strict as the documents. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { Device } from '../../app/device/driver.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import type { Nrf91Options } from '../../app/practice/devices/nrf91/device.ts';
import { makeModem, traits } from './nrf91support.ts';
import { attempt, type Records, runStorm } from './storms.ts';
import { createConsole, folderFor, isError, judgeCsr, newKey, testCa } from './support.ts';

const installation = (csrDer: Uint8Array) => testCa().installation(csrDer, { endpoint: 'e', thingName: 't' });
const failure = async (act: Promise<unknown>): Promise<StationError> => {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StationError, String(error));
  return error;
};
const made = async (device: Device) => {
  const key = await device.makeKey(newKey);
  return { ...key, csrDer: (await device.readCsr('unit')).csrDer };
};

for (const form of ['raw', 'at'] as const) {
  test(`a unit from first contact to proof, ${form}, judged by openssl`, async (t: TestContext) => {
    const { connect, assertHolds, logs, device: hardware } = makeModem({ form });
    hardware.fault = { noise: 2 };
    const device = connect();
    const identity = await device.identify();
    assert.deepEqual(
      [identity.hardwareId, identity.model, identity.firmware],
      [traits.hardwareId, traits.model, traits.firmware],
    );
    assert.deepEqual([identity.hasKey, identity.hasCertificate, identity.sealed], [false, false, false]);

    const { created, keyMark } = await device.makeKey({ ...newKey, subject: 'unit-0007' });
    assert.equal(created, true);
    assert.match(keyMark ?? '', /^[0-9A-F]{64}$/);
    const { csrDer, notes } = await device.readCsr('unit-0007');
    assert.match(notes.join(), /COSE digest is that of the CSR.*not checked/);
    assert.match(judgeCsr(folderFor(t), csrDer).text, /Subject: CN ?= ?unit-0007/);
    assert.deepEqual(parseCsr(csrDer).deviations, ['ecdsaNullParameters']);

    const what = installation(csrDer);
    const progress: number[] = [];
    await device.install(what, (done, total) => progress.push(done / total));
    assert.equal(progress.at(-1), 1);
    assertHolds(what);
    const { items, unread } = await device.readBack(what);
    assert.deepEqual(
      items.map(({ name, same, how }) => [name, same, how]),
      ['certificate', 'chain', 'rootCa'].map((name) => [name, true, 'digest']),
    );
    assert.deepEqual(unread, ['endpoint', 'thingName']);
    assert.deepEqual(await device.prove(randomBytes(32)), { kind: 'csr', keyMark });
    assert.ok(
      logs.some((line) => line.startsWith('+CEREG')),
      'unsolicited lines are log',
    );
    assert.ok(device.tally().deviceMs >= 1200, 'a key takes its time');

    const other = installation(csrDer);
    const changed = await device.readBack({ ...other, rootCaDer: what.rootCaDer });
    assert.deepEqual(
      changed.items.filter((item) => !item.same).map((item) => item.name),
      ['certificate', 'chain'],
    );
    await device.install(other, () => {});
    assertHolds(other);
    await device.erase();
    assert.deepEqual(
      (await device.readBack(what)).items.map(({ same, found }) => [same, found]),
      [
        [false, undefined],
        [false, undefined],
        [false, undefined],
      ],
    );
  });
}

test('another security tag has another key', async () => {
  const { connect, device: hardware } = makeModem();
  await made(connect());
  const device = connect({ secTag: 7 });
  assert.equal((await device.identify()).hasKey, false);
  assert.equal((await device.makeKey(newKey)).created, true);
  assert.deepEqual([...hardware.holds().keys()].sort(), ['16842753,2', '7,2']);
});

test('the CSR comes once; for the key it was made with the one on record is as good', async () => {
  const { connect } = makeModem();
  const { csrDer, keyMark } = await made(connect());
  const known = { csrDer, ...(keyMark ? { keyMark } : {}) };
  const again = connect();
  assert.deepEqual(await again.makeKey({ ...newKey, known, mayReplace: false }), { created: false, keyMark });
  const read = await again.readCsr('unit');
  assert.deepEqual(read.csrDer, csrDer);
  assert.match(read.notes.join(), /on record/);
  assert.equal((await again.makeKey({ ...newKey, known, mayReplace: false })).created, false);
});

test('a key whose CSR is not known is replaced only where the records hold no certificate', async () => {
  const { connect, held } = makeModem();
  const { csrDer } = await made(connect());
  const key = held(2);
  const device = connect();
  for (const known of [undefined, { csrDer }, { csrDer, keyMark: 'F'.repeat(64) }]) {
    const request = { ...newKey, mayReplace: false, ...(known ? { known } : {}) };
    await assert.rejects(device.makeKey(request), isError('device.keyUnknown'));
    assert.deepEqual(held(2), key, 'nothing was touched');
  }
  assert.equal((await device.makeKey(newKey)).created, true);
  assert.notDeepEqual(held(2), key);
});

test('a key made although its answer was lost: made again, or told, never replaced under a certificate', async () => {
  const fresh = makeModem();
  fresh.device.fault = { loseAnswer: 'keygen' };
  const device = fresh.connect();
  const what = installation((await made(device)).csrDer);
  await device.install(what, () => {});
  fresh.assertHolds(what);

  const certified = makeModem();
  certified.device.fault = { loseAnswer: 'keygen' };
  const other = certified.connect();
  await assert.rejects(other.makeKey({ ...newKey, mayReplace: false }), isError('device.keyUnknown'));
  assert.ok(certified.held(2), 'the key is still there');
});

test('what the modem refuses is told in words, with its number', async () => {
  const cases: [refuse: { command: string; error: string }, code: string, words: RegExp][] = [
    [{ command: 'keygen', error: '523' }, 'device.keyFailed', /could not make the key \(CME 523\)/],
    [{ command: 'keygen', error: '515' }, 'device.storageFull', /memory is full \(CME 515\)/],
    [{ command: 'keygen', error: '528' }, 'device.refused', /supply voltage/],
    [{ command: 'keygen', error: '599' }, 'device.refused', /CME 599/],
    [{ command: 'keygen', error: '0' }, 'device.refused', /ERROR .*without a number/],
    [{ command: 'write.1', error: '520' }, 'device.refused', /locked with a public key/],
    [
      { command: 'write.0', error: '527' },
      'device.refused',
      /root certificate .*neither with CR LF nor with LF \(CME 527\)/,
    ],
  ];
  for (const [refuse, code, words] of cases) {
    const { connect, device: hardware } = makeModem();
    hardware.fault = { refuse };
    const device = connect();
    const error = await failure((async () => device.install(installation((await made(device)).csrDer), () => {}))());
    assert.equal(error.code, code, refuse.error);
    assert.match(error.detail, words);
    assert.ok(error.data?.reason);
  }
});

test('an installation that is too long goes without the chain, or not at all', async () => {
  const { connect, held } = makeModem();
  const device = connect();
  const { csrDer } = await made(device);
  const what = installation(csrDer);
  const long = { ...what, chainDer: Array.from({ length: 8 }, () => what.chainDer[0]!) };
  await device.install(long, () => {});
  assert.equal(held(1)?.toString().match(/BEGIN/g)?.length, 1);
  const { items, unread } = await device.readBack(long);
  assert.deepEqual(
    items.map((item) => item.name),
    ['certificate', 'rootCa'],
  );
  assert.ok(unread.includes('chain'));
  const error = await failure(device.install({ ...what, rootCaDer: randomBytes(3100) }, () => {}));
  assert.equal(error.code, 'device.storageFull');
  assert.equal(error.data?.item, 'rootCa');
});

test('firmware that cannot list digests, and what is no modem at all, are told apart', async () => {
  const old = makeModem({ traits: { ...traits, firmware: 'mfw_nrf9160_1.3.1' } });
  await assert.rejects(old.connect().identify(), isError('device.incompatible'));
  for (const firmware of ['mfw_nrf9160_1.3.2', 'mfw_nrf91x1_2.0.0-37.alpha', 'mfw_nrf9151-ntn_1.0.0'])
    assert.equal(
      (
        await makeModem({ traits: { ...traits, firmware } })
          .connect()
          .identify()
      ).firmware,
      firmware,
    );
  const silent = makeModem();
  silent.device.fault = { silent: true };
  await assert.rejects(silent.connect().identify(), isError('link.timeout'));
  const flooding = makeModem();
  flooding.device.fault = { flood: true };
  const flooded = flooding.connect();
  await assert.rejects(flooded.identify(), isError('link.flooded'));
  await flooded.close();
});

test('a modem left in the middle of a quoted text, or of a line, is found again', async () => {
  for (const left of ['AT%CMNG=0,16842753,1,"-----BEGIN', '"', 'AT%CM', 'AT+CGSN', '""" "']) {
    const { device: hardware, clock } = makeModem({ computeMs: 0 });
    const channel = hardware.connect();
    await channel.write(Buffer.from(left));
    const device = nrf91Driver.connect(channel, { clock });
    assert.equal((await device.identify()).hardwareId, traits.hardwareId, left);
  }
});

test('a cancelled call ends at once, wherever it is', async () => {
  for (const after of [0, 3, 50, 700, 1500]) {
    const { device: hardware, clock } = makeModem();
    const stop = new AbortController();
    const device = nrf91Driver.connect(hardware.connect(), { clock, signal: stop.signal });
    clock.after(after, () => stop.abort());
    const going = (async () => installAll(device))();
    assert.equal((await failure(going)).code, 'call.cancelled');
  }
});

const installAll = async (device: Device) => {
  for (;;) await device.install(installation((await made(device)).csrDer), () => {});
};

test('the simulated modem by hand: on the network at first, errors without numbers, one credential a place', async () => {
  const { device } = makeModem({ computeMs: 0 });
  const console = createConsole(device.connect());
  const ask = (text: string) => console.ask(`${text}\r\n`, /^(OK|ERROR|\+CME ERROR: \d+)\r$/);
  assert.equal(await ask('AT'), 'OK\r');
  assert.equal(await ask('at AT+CGSN'), 'ERROR\r');
  assert.equal(await ask('AT%KEYGEN=1,2,0'), 'ERROR\r');
  assert.equal(await ask('AT+CMEE=1'), 'OK\r');
  assert.equal(await ask('AT%KEYGEN=1,2,0'), '+CME ERROR: 518\r');
  assert.equal(await ask('AT+CFUN=4'), 'OK\r');
  assert.equal(await ask('AT%CMNG=3,1,2'), '+CME ERROR: 513\r');
  assert.equal(await ask('AT%KEYGEN=1,2,0'), 'OK\r');
  assert.equal(await ask('AT%KEYGEN=1,2,0'), '+CME ERROR: 519\r');
  assert.equal(await ask('AT%CMNG=0,1,1,"not a certificate"'), '+CME ERROR: 527\r');
  const line = console.lines.find((each) => each.startsWith('%KEYGEN')) ?? '';
  const csr = parseCsr(Buffer.from(line.split('"')[1]?.split('.')[0] ?? '', 'base64url'));
  assert.match(csr.subjectText, /^CN=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'its UUID');
  assert.equal(await ask('AT%CMNG=1,1,2'), 'OK\r');
  const spki = device.holds().get('1,2') ?? Buffer.alloc(0);
  const digest = createHash('sha256').update(spki).digest('hex').toUpperCase();
  assert.ok(console.lines.includes(`%CMNG: 1,2,"${digest}"\r`));
});

const steps = ['cgsn', 'cfun', 'list.2', 'keygen', 'delete.2', 'write.1', 'list.1', 'write.0', 'list.0'];

// Each act is cut on both sides eight times.
test('150 storms: in the end installed with the same certificate, or an honest refusal', async () => {
  const tally: Record<string, number> = {};
  const formOf = (seed: number): NonNullable<Nrf91Options['form']> => (seed % 3 === 0 ? 'at' : 'raw');
  for (let seed = 1; seed <= 150; seed += 1) {
    const modem = makeModem({ seed, baud: 0, form: formOf(seed) });
    const outcomes = await runStorm({ driver: nrf91Driver, ...modem }, seed, steps);
    const last = outcomes.at(-1) ?? '';
    assert.ok(['installed', 'device.keyUnknown'].includes(last), `seed ${seed}: ${outcomes.join(', ')}`);
    for (const outcome of outcomes) tally[outcome] = (tally[outcome] ?? 0) + 1;
  }
  assert.ok((tally.installed ?? 0) > 300, JSON.stringify(tally));
});

test('the cable is pulled after every byte of the answer to %KEYGEN: the unit still gets one certificate', async () => {
  for (let bytes = 0; bytes < 700; bytes += 23) {
    const modem = makeModem({ baud: 0, computeMs: 0, seed: bytes });
    const storm = { driver: nrf91Driver, ...modem };
    const records: Records = {};
    let passed = -1;
    await attempt(storm, records, (channel) => ({
      ...channel,
      onData: (listener) =>
        channel.onData((piece) => {
          if (Buffer.from(piece).includes('%KEYGEN')) passed = 0;
          const room = passed < 0 ? piece.length : Math.max(0, bytes - passed);
          if (passed >= 0) passed += piece.length;
          listener(piece.subarray(0, room));
          if (room < piece.length) void channel.close();
        }),
    }));
    assert.equal(await attempt(storm, records), 'installed', `${bytes} bytes`);
  }
});
