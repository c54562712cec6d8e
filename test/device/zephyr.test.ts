/** The driver for Zephyr's shells over the simulated firmware. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { keyOfCertificate, parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Driver, DriverSettings, Installation } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { createAgentDevice } from '../../app/practice/devices/agent/device.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { createNrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { createZephyrDevice } from '../../app/practice/devices/zephyr/device.ts';
import type { ZephyrFirmware } from '../../app/practice/devices/zephyr/machine.ts';
import { config, createJumpingClock, folderFor, isError, judgeCsr, sha256, testCa } from './support.ts';

const traits = { model: 'X', hardwareRevision: 'A', firmware: '3.2.1', hardwareId: 'a1b2c3d4e5f60718' };
const roomy = { credBufferBytes: 4096 };
const request = { keyType: 'P-256', subject: 'SN-0007', mayReplace: false };

function begin(t: TestContext, firmware: Partial<ZephyrFirmware> = roomy, settings?: DriverSettings) {
  const clock = createJumpingClock();
  const unit = createZephyrDevice({ clock, traits, firmware });
  t.after(() => unit.powerOff());
  const logs: string[] = [];
  const connect = (fault: Fault = {}): Device => {
    unit.fault = fault;
    const options = { clock, onLog: (line: string) => logs.push(line), ...(settings ? { settings } : {}) };
    return zephyrDriver.connect(unit.connect(), options);
  };
  return { clock, unit, logs, connect };
}

/** What the line does, judged by what a person would look at. */
async function provision(device: Device, before?: Installation) {
  await device.identify();
  await device.makeKey(request);
  const { csrDer } = await device.readCsr('SN-0007');
  const what = before ?? testCa().installation(csrDer, config);
  await device.install(what, () => {});
  const found = await device.readBack(what);
  const proof = await device.prove(randomBytes(32));
  assert.ok(proof.kind === 'freshCsr');
  assert.equal(parseCsr(proof.csrDer).spkiSha256, keyOfCertificate(what.certificateDer).spkiSha256);
  return { what, found };
}
const same = (found: { items: { name: string; same: boolean }[] }) =>
  found.items.filter((item) => item.same).map((item) => item.name);
/** Changes what the device prints, chunk by chunk. */
const alter = (channel: ByteChannel, change: (text: string) => string): ByteChannel => ({
  ...channel,
  onData: (listener) =>
    channel.onData((bytes) => listener(Buffer.from(change(Buffer.from(bytes).toString('latin1')), 'latin1'))),
});
const refused = async (act: Promise<unknown>, code: string, words: RegExp) => {
  await assert.rejects(act, (error) => {
    assert.ok(error instanceof StationError, String(error));
    assert.equal(error.code, code, error.detail);
    assert.match(error.detail, words);
    return true;
  });
};

test('the whole life of a unit', async (t) => {
  const { connect } = begin(t);
  const device = connect();
  const identity = await device.identify();
  assert.equal(identity.hardwareId, traits.hardwareId);
  assert.equal(identity.firmware, '3.2.1 (Zephyr 4.2.99)');
  assert.deepEqual([identity.hasKey, identity.hasCertificate, identity.keyTypes], [false, false, ['P-256']]);
  assert.deepEqual(await device.makeKey(request), { created: true });
  const { csrDer } = await device.readCsr('SN-0007');
  assert.match(judgeCsr(folderFor(t), csrDer).text, /Subject: CN=SN-0007/);

  const what = testCa().installation(csrDer, config);
  const progress: number[] = [];
  await device.install(what, (done, total) => progress.push(done / total));
  assert.equal(progress.at(-1), 1);
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
  const found = await device.readBack(what);
  assert.deepEqual(same(found), ['rootCa', 'certificate', 'chain']);
  assert.deepEqual(found.unread, Object.keys(config));
  const other = await device.readBack({ ...what, certificateDer: what.rootCaDer });
  assert.deepEqual(same(other), ['rootCa']);

  const again = await device.identify();
  assert.deepEqual([again.hasKey, again.hasCertificate], [true, true]);
  await device.seal();
  await device.erase();
  await device.erase();
  const erased = await device.identify();
  assert.deepEqual([erased.hasKey, erased.hasCertificate], [false, false]);
  assert.deepEqual(same(await device.readBack(what)), []);
});

for (const [name, firmware, fault] of [
  ['firmware without buf load', { ...roomy, bufLoad: false }, {}],
  ['log lines everywhere', roomy, { noise: 3 }],
  ['log lines everywhere, without buf load', { ...roomy, bufLoad: false }, { noise: 2 }],
  ['a prompt of its own', { ...roomy, prompt: 'acme> ' }, { noise: 1 }],
  [
    'no colours, no public key, no application version',
    { ...roomy, colors: false, publicKey: false, appVersion: false },
    {},
  ],
  ['slow answers', roomy, { delayMs: 900 }],
] as [string, Partial<ZephyrFirmware>, Fault][])
  test(`all the same with ${name}`, async (t) => {
    const { connect } = begin(t, firmware);
    assert.deepEqual(same((await provision(connect(fault))).found), ['rootCa', 'certificate', 'chain']);
  });

test('the default buffer has room for the bare certificate only: the chain is not on the device, and said so', async (t) => {
  for (const bufLoad of [true, false]) {
    const { connect } = begin(t, { bufLoad });
    const { what, found } = await provision(connect());
    assert.deepEqual(same(found), ['rootCa', 'certificate']);
    assert.deepEqual(found.unread, ['chain', ...Object.keys(config)]);
    assert.equal(found.items[1]?.found, sha256(what.certificateDer), 'as DER, without a NUL');
  }
});

test('a buffer with room for nothing is named with its Kconfig option', async (t) => {
  const { connect } = begin(t, { credBufferBytes: 400 });
  const device = connect();
  await device.identify();
  await device.makeKey(request);
  const what = testCa().installation((await device.readCsr('SN-0007')).csrDer, config);
  const words = /CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE to \d{3,4} or more/;
  await refused(
    device.install(what, () => {}),
    'device.storageFull',
    words,
  );
  assert.equal((await device.identify()).hasCertificate, false);
});

test('credentials that would be gone with the power are refused, at once and again', async (t) => {
  const { connect } = begin(t, { ...roomy, persistent: false });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const device = connect();
    await device.identify();
    await device.makeKey(request);
    const what = testCa().installation((await device.readCsr('SN-0007')).csrDer, config);
    await refused(
      device.install(what, () => {}),
      'device.incompatible',
      /in RAM only.*PROTECTED_STORAGE/,
    );
    await refused(
      device.install(what, () => {}),
      'device.incompatible',
      /in RAM only/,
    );
    assert.deepEqual(same(await device.readBack(what)), []);
  }
});

test('what the firmware was built without is named, before anything is written', async (t) => {
  for (const [firmware, option] of [
    [{ hwinfo: false }, /CONFIG_HWINFO_SHELL/],
    [{ keyShell: false }, /CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN/],
    [{ credShell: false }, /CONFIG_TLS_CREDENTIALS_SHELL/],
  ] as const)
    await refused(begin(t, firmware).connect().identify(), 'device.incompatible', option);
  await refused(begin(t, { echo: false }).connect().identify(), 'link.timeout', /CONFIG_SHELL_ECHO_STATUS/);
});

test('a key that exists is kept; one in another security tag is in the way, in words', async (t) => {
  const { connect } = begin(t);
  const first = connect();
  assert.equal((await first.makeKey(request)).created, true);
  const key = parseCsr((await first.readCsr('SN-0007')).csrDer).spkiSha256;
  const again = connect();
  assert.equal((await again.makeKey(request)).created, false);
  assert.equal(parseCsr((await again.readCsr('SN-0007')).csrDer).spkiSha256, key);

  const other = begin(t, { ...roomy, secTag: 7 }, { secTag: 7 });
  await other.connect().makeKey(request);
  const wrong = zephyrDriver.connect(other.unit.connect(), { clock: other.clock, settings: { secTag: 8 } });
  await refused(wrong.makeKey(request), 'device.refused', /another security tag than 8/);
  const zero = begin(t, roomy, { secTag: 0 });
  await refused(zero.connect().makeKey(request), 'device.refused', /security tag 0 is no PSA key id/);
  await refused(connect().makeKey({ ...request, keyType: 'P-384' }), 'device.incompatible', /P-384/);
  await refused(begin(t).connect({ key: 'fails' }).makeKey(request), 'device.keyFailed', /-5/);
});

test('what is there already is not written again; what is different is replaced', async (t) => {
  const { unit, connect } = begin(t);
  const { what } = await provision(connect());
  const device = connect();
  const before = device.tally().bytesSent;
  await device.install(what, () => {});
  assert.ok(device.tally().bytesSent - before < 100, 'a list, and nothing more');
  const next = testCa().installation((await device.readCsr('SN-0007')).csrDer, config);
  assert.ok(!same(await device.readBack(next)).includes('certificate'));
  await device.install(next, () => {});
  assert.deepEqual(same(await device.readBack(next)), ['rootCa', 'certificate', 'chain']);
  unit.fault = { refuse: { command: 'commit', error: 'storage' } };
  await refused(
    device.install(what, () => {}),
    'device.storageFull',
    /CONFIG_TLS_MAX_CREDENTIALS_NUMBER/,
  );
});

test('a proof by another key, or of an older nonce, is none', async (t) => {
  const { connect } = begin(t);
  const { what } = await provision(connect());
  const proof = await connect({ badProof: true }).prove(randomBytes(32));
  assert.ok(proof.kind === 'freshCsr');
  assert.notEqual(parseCsr(proof.csrDer).spkiSha256, keyOfCertificate(what.certificateDer).spkiSha256);
  const nonce = randomBytes(32);
  const fresh = await connect().prove(nonce);
  assert.ok(fresh.kind === 'freshCsr');
  assert.equal(parseCsr(fresh.csrDer).subjectText, `CN=${nonce.toString('hex')}`);
});

test('a weak key is handed over for the station to judge', async (t) => {
  const { connect } = begin(t);
  const device = connect({ key: 'weak' });
  await device.makeKey(request);
  const { csrDer } = await device.readCsr('SN-0007');
  assert.throws(() => parseCsr(csrDer), isError('csr.unsupportedKey'));
});

test('silence, endless log, a pulled cable and a cancelled call end in their own errors', async (t) => {
  await assert.rejects(begin(t).connect({ silent: true }).identify(), isError('link.timeout'));
  await assert.rejects(begin(t).connect({ flood: true }).identify(), isError('link.flooded'));
  const pulled = begin(t);
  const device = pulled.connect();
  const identified = device.identify();
  pulled.clock.after(60, () => pulled.unit.powerOff());
  await assert.rejects(identified, isError('link.lost'));
  await assert.rejects(device.makeKey(request), isError('link.lost'));
  for (let afterMs = 1; afterMs < 700; afterMs += 37) {
    const { clock, unit } = begin(t);
    const stop = new AbortController();
    const cancelled = zephyrDriver.connect(unit.connect(), { clock, signal: stop.signal });
    const act = provision(cancelled);
    clock.after(afterMs, () => stop.abort());
    await assert.rejects(act, isError('call.cancelled'));
  }
});

test('a shell left in the middle of something, without a loss of power, is brought back', async (t) => {
  for (const left of ['cred del 16842753 C', 'cred buf load\r', 'cred buf load\rQUJD', 'cred buf QUJD\r']) {
    const { unit, clock, connect } = begin(t);
    const { what } = await provision(connect());
    const channel = unit.connect();
    await channel.write(Buffer.from(left));
    const device = zephyrDriver.connect(channel, { clock });
    assert.deepEqual(same(await device.readBack(what)), ['rootCa', 'certificate', 'chain'], left);
    assert.ok(device.tally().deviceMs < 700, 'at the first go');
    const next = testCa().installation((await device.readCsr('SN-0007')).csrDer, config);
    await device.install(next, () => {});
    assert.deepEqual(same(await device.readBack(next)), ['rootCa', 'certificate', 'chain'], left);
  }
});

test('a digest that changed on the way does not fail a unit', async (t) => {
  const { unit, clock, connect } = begin(t);
  const { what } = await provision(connect());
  let changed = 0;
  const device = zephyrDriver.connect(
    alter(unit.connect(), (text) => {
      if (changed > 0 || !text.includes(',SERV,')) return text;
      changed += 1;
      return text.replace(/(,SERV,)(.)/, (_, type, first) => type + (first === 'A' ? 'B' : 'A'));
    }),
    { clock },
  );
  assert.deepEqual(same(await device.readBack(what)), ['rootCa', 'certificate', 'chain']);
  assert.equal(changed, 1);
});

test('a buffer that is full because a line came twice is no reason to leave the chain out', async (t) => {
  const { unit, clock, connect } = begin(t, { credBufferBytes: 2048, bufLoad: false });
  await connect().makeKey(request);
  const channel = unit.connect();
  let twice = 0;
  const write = async (bytes: Uint8Array) => {
    const text = Buffer.from(bytes).toString('latin1');
    await channel.write(bytes);
    // The root is written first; then as many lines as fill the buffer once.
    if (text.startsWith('cred add 16842753 CA')) twice = 22;
    if (text.startsWith('cred buf ') && !text.includes('load') && twice-- > 0) await channel.write(bytes);
  };
  const device = zephyrDriver.connect({ ...channel, write }, { clock });
  const what = testCa().installation((await device.readCsr('SN-0007')).csrDer, config);
  await device.install(what, () => {});
  assert.ok(twice <= 0, 'lines came twice');
  assert.deepEqual(same(await device.readBack(what)), ['rootCa', 'certificate', 'chain']);
});

test('it is recognised, also with logs, half a line or raw input before; and only it', async (t) => {
  for (const [typed, fault] of [
    ['', {}],
    ['', { noise: 2 }],
    ['cred del 7 C', {}],
    ['cred buf load\r', {}],
  ] as const) {
    const { unit, clock } = begin(t);
    unit.fault = fault;
    const channel = unit.connect();
    await channel.write(Buffer.from(typed));
    const began = clock.monotonicMs();
    assert.equal(await zephyrDriver.recognise(channel, { clock }), true, typed);
    assert.ok(clock.monotonicMs() - began <= 1000);
    assert.equal((await zephyrDriver.connect(channel, { clock }).identify()).hardwareId, traits.hardwareId);
  }
  for (const firmware of [{ keyShell: false }, {}]) {
    const { unit, clock } = begin(t, firmware);
    if (firmware.keyShell !== false) unit.fault = { silent: true };
    assert.equal(await zephyrDriver.recognise(unit.connect(), { clock }), false);
  }
  const { unit, clock } = begin(t);
  const channel = unit.connect();
  clock.after(1, () => unit.powerOff());
  unit.fault = { silent: true };
  await assert.rejects(zephyrDriver.recognise(channel, { clock }), isError('link.lost'));
});

test('no protocol’s device is disturbed by another protocol’s question', async (t) => {
  const clock = createJumpingClock();
  const modem = { ...traits, model: 'nRF9151-LACA', firmware: 'mfw_nrf91x1_2.0.2', hardwareId: '352656100367872' };
  const benches: [Driver, () => PracticeDevice][] = [
    [agentDriver, () => createAgentDevice({ clock, traits })],
    [zephyrDriver, () => createZephyrDevice({ clock, traits, firmware: roomy })],
    [nrf91Driver, () => createNrf91Device({ clock, traits: modem })],
    [nrf91Driver, () => createNrf91Device({ clock, traits: modem, form: 'at' })],
  ];
  for (const [own, make] of benches)
    for (const other of [agentDriver, zephyrDriver, nrf91Driver]) {
      if (own !== zephyrDriver && other !== zephyrDriver) continue;
      const device = make();
      t.after(() => device.powerOff());
      const channel = device.connect();
      const context = `${other.name} asks ${own.name}`;
      assert.equal(await other.recognise(channel, { clock }), own === other, context);
      assert.equal(await own.recognise(channel, { clock }), true, context);
      assert.equal((await own.connect(channel, { clock }).identify()).hasKey, false, context);
    }
});

test('firmware of another dialect is named in its own words at once, and not after every time limit', async (t) => {
  /** What the shell would have to know, as it is typed, and as this firmware hears it. */
  const cases: [typed: string, heard: string, words: RegExp][] = [
    ['DEFAULT BINT', 'DEFAULT TEXT', /"cred add 16842753 CA DEFAULT BINT": TEXT is not a valid storage format\./],
    ['CA DEFAULT', 'XX DEFAULT', /XX is not a valid credential type\./],
    ['CA DEFAULT', 'CA FLASH', /FLASH is not a valid backend\./],
    ['cred list 16842753', 'cred list 1684275x', /1684275x is not a valid sectag\./],
    ['csr 16842753', 'csr 1684275x', /Invalid sec tag: 1684275x/],
    ['cred buf load', 'crud buf load', /crud: command not found/],
    ['cred add', 'cred get', /get: wrong parameter count/],
  ];
  for (const [typed, heard, words] of cases) {
    const { clock, unit } = begin(t);
    const channel = unit.connect();
    const other: ByteChannel = {
      ...alter(channel, (text) => text.replaceAll(heard, typed)),
      write: (bytes) =>
        channel.write(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(typed, heard), 'latin1')),
    };
    const device = zephyrDriver.connect(other, { clock });
    await refused(provision(device), 'device.incompatible', words);
    assert.ok(clock.monotonicMs() < 30_000, `${heard}: ${clock.monotonicMs()} ms`);
  }
});
