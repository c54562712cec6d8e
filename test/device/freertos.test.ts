import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, DriverSettings } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { pemOf } from '../../app/device/pem.ts';
import { createAgentDevice } from '../../app/practice/devices/agent/device.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { createFreertosDevice, type FreertosOptions } from '../../app/practice/devices/freertos/device.ts';
import { createNrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import { config, createJumpingClock, folderFor, isError, judgeCsr, sha256, testCa } from './support.ts';

const traits = { model: 'B-U585I', hardwareRevision: 'C', firmware: '1.0', hardwareId: 'none' };
const ours = { ...config, thingName: config.unitSerial };
const first = { keyType: 'P-256', subject: ours.unitSerial, mayReplace: true };

function begin(t: TestContext, options: Partial<FreertosOptions> = {}) {
  const clock = createJumpingClock();
  const firmware = createFreertosDevice({ clock, traits, ...options });
  t.after(() => firmware.powerOff());
  const logs: string[] = [];
  const connect = (
    fault: Fault = {},
    settings: DriverSettings = {},
    alter = (channel: ByteChannel) => channel,
  ): Device => {
    firmware.fault = fault;
    const device = freertosDriver.connect(alter(firmware.connect()), {
      clock,
      settings,
      onLog: (line) => logs.push(line),
    });
    t.after(() => device.close());
    return device;
  };
  return { clock, firmware, logs, connect, ca: testCa(), folder: folderFor(t) };
}

/** What a channel wrote, beside writing it. */
function overheard(channel: ByteChannel, written: string[]): ByteChannel {
  return {
    ...channel,
    write: (bytes) => {
      written.push(Buffer.from(bytes).toString('latin1'));
      return channel.write(bytes);
    },
  };
}

const provision = async (device: Device, ca: ReturnType<typeof testCa>) => {
  await device.identify();
  await device.makeKey(first);
  const { csrDer } = await device.readCsr(first.subject);
  const what = ca.installation(csrDer, ours);
  await device.install(what, () => {});
  return what;
};

describe('the FreeRTOS driver', () => {
  test('provisions a unit: openssl finds the CSR good, everything written is read back', async (t) => {
    const { connect, ca, folder } = begin(t);
    const device = connect();
    const empty = await device.identify();
    assert.deepEqual([empty.hasKey, empty.hasCertificate, empty.unitSerial], [false, false, undefined]);
    const made = await device.makeKey(first);
    assert.equal(made.created, true);
    const { csrDer } = await device.readCsr('SN-0007');
    assert.match(judgeCsr(folder, csrDer).text, /Subject: CN=SN-0007\n/);
    const what = ca.installation(csrDer, ours);
    const fractions: number[] = [];
    await device.install(what, (done, total) => fractions.push(done / total));
    assert.ok(fractions.length > 20 && fractions.at(-1) === 1);
    assert.deepEqual(
      fractions,
      fractions.toSorted((one, other) => one - other),
    );
    const { items, unread } = await device.readBack(what);
    assert.deepEqual(
      items.map(({ name, same, found }) => [name, same, found]),
      [
        ['certificate', true, sha256(what.certificateDer)],
        ['rootCa', true, sha256(what.rootCaDer)],
        ['endpoint', true, ours.endpoint],
        ['thingName', true, ours.thingName],
      ],
    );
    assert.deepEqual(unread, ['chain', 'unitSerial']);
    const proof = await device.prove(Buffer.alloc(32));
    assert.ok(proof.kind === 'freshCsr');
    assert.notDeepEqual(proof.csrDer, csrDer, 'signed anew');
    const key = createPublicKey(
      new X509Certificate(what.certificateDer).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    assert.match(judgeCsr(folder, proof.csrDer).text, new RegExp(hexOf(key.export({ type: 'spki', format: 'der' }))));
    await device.seal();
    assert.equal((await device.identify()).unitSerial, 'SN-0007');
  });

  test('keeps a key that is there, and its certificate over a loss of power', async (t) => {
    const { connect, ca } = begin(t);
    const device = connect();
    const what = await provision(device, ca);
    const mark = (await device.makeKey(first)).keyMark;
    await device.close();
    const written: string[] = [];
    const again = connect({}, {}, (channel) => overheard(channel, written));
    assert.deepEqual(await again.makeKey({ ...first, mayReplace: false }), { created: false, keyMark: mark });
    await again.install(what, () => {});
    assert.ok((await again.readBack(what)).items.every((item) => item.same));
    assert.ok(!written.some((text) => /generate key|import/.test(text)), 'nothing was made or written again');
  });

  test('never asks for another key where one may not be replaced', async (t) => {
    const { connect, firmware } = begin(t);
    await connect().makeKey(first);
    const written: string[] = [];
    // Its answers to `generate csr` are lost, whole.
    const deaf = (channel: ByteChannel): ByteChannel => ({
      ...overheard(channel, written),
      onData: (listener) =>
        channel.onData((bytes) => {
          const text = Buffer.from(bytes).toString('latin1');
          listener(
            text.includes('CERTIFICATE REQUEST') ? Buffer.from(text.replace(/-----[\s\S]*-----\r\n/, '')) : bytes,
          );
        }),
    });
    const device = connect({}, {}, deaf);
    await assert.rejects(device.makeKey({ ...first, mayReplace: false }), isError('device.keyUnknown'));
    assert.ok(!written.includes('pki generate key'));
    const before = await publicKeyOf(firmware.connect(), t);
    const replacing = connect({}, {}, deaf);
    await assert.rejects(replacing.makeKey(first), isError('device.refused'));
    assert.ok(written.includes('pki generate key'));
    assert.notEqual(await publicKeyOf(firmware.connect(), t), before);
  });

  test('a key made although its answer was lost is found, not made again', async (t) => {
    const { connect, firmware } = begin(t);
    const written: string[] = [];
    const device = connect({ loseAnswer: 'key' }, {}, (channel) => overheard(channel, written));
    const { created, keyMark } = await device.makeKey(first);
    assert.equal(created, true);
    assert.equal(written.filter((text) => text === 'pki generate key').length, 1);
    await device.close();
    const shown = await publicKeyOf(firmware.connect(), t);
    assert.equal(keyMark, sha256(createPublicKey(shown).export({ type: 'spki', format: 'der' })));
  });

  test('a CSR that the device signs badly is passed on as it is; a bad line never makes one', async (t) => {
    const { connect } = begin(t);
    await connect().makeKey(first);
    const listening =
      (change: (csr: Buffer) => void) =>
      (channel: ByteChannel): ByteChannel => ({
        ...channel,
        onData: (listener) =>
          channel.onData((bytes) => {
            const text = Buffer.from(bytes).toString('latin1');
            const [, pem = ''] = /REQUEST-----\r\n([\s\S]*)\r\n-----END/.exec(text) ?? [];
            if (pem === '') return listener(bytes);
            const csr = Buffer.from(pem, 'base64');
            change(csr);
            const lines = csr.toString('base64').match(/.{1,64}/g) ?? [];
            listener(Buffer.from(text.replace(pem, lines.join('\r\n'))));
          }),
      });
    const flip = (csr: Buffer, at: number) => csr.writeUInt8(csr.readUInt8(at) ^ 1, at);
    const bad = await connect(
      {},
      {},
      listening((csr) => flip(csr, csr.length - 1)),
    ).readCsr('SN-0007');
    assert.deepEqual(bad.notes, []);
    assert.ok(!judged(bad.csrDer));
    let count = 0;
    const noisy = connect(
      {},
      {},
      listening((csr) => flip(csr, 60 + count++)),
    );
    await assert.rejects(noisy.readCsr('SN-0007'), isError('link.garbled'));
    const good = await connect().readCsr('SN-0007');
    assert.ok(judged(good.csrDer) && good.notes.length === 1);
  });

  test('a line that changed on its way there is never entered', async (t) => {
    const { firmware, connect, ca } = begin(t);
    const earlier = connect();
    const what = await provision(earlier, ca);
    await earlier.close();
    const before = await publicKeyOf(firmware.connect(), t);
    const written: string[] = [];
    const changed: [string, string][] = [
      ['pki generate csr', 'pki generate key'],
      ['pki import cert tls_cert', 'pki import cert xls_cert'],
      ['-----BEGIN CERTIFICATE-----', '-----BEGIN'],
      ['MII', 'MAI'],
      ['conf commit', 'conf\x08\x08commit'],
    ];
    const liar = (channel: ByteChannel): ByteChannel => ({
      ...channel,
      write: (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        written.push(text);
        const at = changed.findIndex(([sent]) => text.startsWith(sent));
        const [[sent, came] = ['', '']] = at < 0 ? [] : changed.splice(at, 1);
        return channel.write(Buffer.from(text.replace(sent, came)));
      },
    });
    const device = connect({}, {}, liar);
    await device.makeKey(first);
    const other = ca.installation((await device.readCsr('SN-0007')).csrDer, { ...ours, endpoint: 'b.example.com' });
    await device.install(other, () => {});
    assert.deepEqual(changed, [], 'each was changed once');
    assert.ok((await device.readBack(other)).items.every((item) => item.same));
    assert.equal(written.filter((text) => text === 'pki import cert tls_cert').length, 2, 'typed twice, entered once');
    assert.equal(written.filter((text) => text.startsWith('-----END')).length, 1, 'and no import was begun again');
    assert.notDeepEqual(other.certificateDer, what.certificateDer);
    await device.close();
    assert.equal(await publicKeyOf(firmware.connect(), t), before, 'the key is the same');
  });

  test('a certificate that holds more than it should is written anew', async (t) => {
    const { firmware, connect, ca } = begin(t, { selfPowered: true });
    const what = await provision(connect(), ca);
    const channel = firmware.connect();
    const longer = Buffer.concat([what.rootCaDer, Buffer.from('and more')]);
    for (const line of ['pki import cert root_ca_cert', ...pemOf(longer, '\n').trimEnd().split('\n')])
      await channel.write(Buffer.from(`${line}\r\n`));
    await channel.close();
    const device = connect();
    assert.equal((await device.readBack(what)).items.find((item) => item.name === 'rootCa')?.same, false);
    await device.install(what, () => {});
    assert.ok((await device.readBack(what)).items.every((item) => item.same));
  });

  test('leads a device out of an import that somebody else began', async (t) => {
    for (const blanksEnd of [false, true]) {
      for (const left of [
        '',
        '-----BEGIN CERTIFICATE-----\r\n',
        '-----BEGIN CERTIFICATE-----\r\nMIIB\r\nMII',
        'x'.repeat(100),
      ]) {
        const { firmware, connect, ca } = begin(t, { selfPowered: true, blanksEnd });
        const channel = firmware.connect();
        await channel.write(Buffer.from('pki import cert\r\n'));
        await channel.write(Buffer.from(left));
        await channel.close();
        const device = connect();
        const what = await provision(device, ca);
        assert.ok(
          (await device.readBack(what)).items.every((item) => item.same),
          `${blanksEnd} ${left}`,
        );
      }
    }
  });

  test('names what the firmware refuses', async (t) => {
    const { connect, ca } = begin(t);
    await assert.rejects(connect({ key: 'fails' }).makeKey(first), isError('device.keyFailed'));
    const device = connect();
    await assert.rejects(device.makeKey({ ...first, keyType: 'RSA-2048' }), isError('device.incompatible'));
    await device.makeKey(first);
    const what = ca.installation((await device.readCsr('SN-0007')).csrDer, ours);
    await assert.rejects(
      device.install({ ...what, config: { ...ours, thingName: 'unit 7' } }, () => {}),
      isError('device.incompatible'),
    );
    await assert.rejects(
      device.install({ ...what, rootCaDer: Buffer.alloc(1600) }, () => {}),
      isError('device.storageFull'),
    );
    await assert.rejects(
      device.install({ ...what, rootCaDer: Buffer.alloc(100) }, () => {}),
      (error) => isError('device.refused')(error),
    );
    await assert.rejects(device.erase(), isError('device.refused'));
    const full = connect({ refuse: { command: 'commit', error: 'storage' } });
    await assert.rejects(
      full.install({ ...what, certificateDer: what.rootCaDer }, () => {}),
      isError('device.storageFull'),
    );
    await assert.rejects(connect({}, { rootCaLabel: 'a b' }).identify(), isError('call.badParams'));
    await assert.rejects(connect({}, { rootCaLabel: 'tls_cert' }).identify(), isError('call.badParams'));
  });

  test('puts certificates where the settings say', async (t) => {
    const { connect, ca } = begin(t, { labels: ['factory_cert', 'factory_root'] });
    const device = connect({}, { certificateLabel: 'factory_cert', rootCaLabel: 'factory_root' });
    const what = await provision(device, ca);
    assert.ok((await device.readBack(what)).items.every((item) => item.same));
    const { items } = await connect().readBack(what);
    assert.deepEqual(
      items.filter((item) => item.found === undefined).map((item) => item.name),
      ['certificate', 'rootCa'],
    );
  });

  test('tells a device of another unit, one that lies, and one that says nothing or too much', async (t) => {
    const { connect, ca } = begin(t);
    assert.equal((await connect({ wrongSerial: 'ANOTHER-UNIT' }).identify()).unitSerial, 'ANOTHER-UNIT');
    const what = await provision(connect(), ca);
    const proof = await connect({ badProof: true }).prove(Buffer.alloc(32));
    assert.ok(proof.kind === 'freshCsr');
    const spki = new X509Certificate(what.certificateDer).publicKey.export({ type: 'spki', format: 'der' });
    assert.ok(!Buffer.from(proof.csrDer).includes(spki), 'the CSR is of another key');
    await assert.rejects(connect({ silent: true }).identify(), isError('link.timeout'));
    await assert.rejects(connect({ flood: true }).identify(), isError('link.flooded'));
  });

  test('log is told as log, and a key takes the device its time', async (t) => {
    const { connect, ca, logs } = begin(t, { computeMs: 20 });
    const device = connect({ noise: 4 });
    const what = await provision(device, ca);
    assert.ok((await device.readBack(what)).items.every((item) => item.same));
    assert.ok(logs.length > 50 && logs.every((line) => /^<(INF|ERR|WRN)>/.test(line)));
    assert.ok(device.tally().deviceMs > 1000, `${device.tally().deviceMs} ms`);
  });

  test('ends at once when it is cancelled, wherever it stands', async (t) => {
    const { clock, firmware, ca } = begin(t);
    const whole = freertosDriver.connect(firmware.connect(), { clock });
    const what = await provision(whole, ca);
    await whole.close();
    for (let bytes = 1; bytes < 1500; bytes += 97) {
      const stop = new AbortController();
      const channel = firmware.connect();
      let seen = 0;
      channel.onData((chunk) => {
        seen += chunk.length;
        if (seen >= bytes) stop.abort();
      });
      const device = freertosDriver.connect(channel, { clock, signal: stop.signal });
      await assert.rejects(
        device.install({ ...what, rootCaDer: what.certificateDer }, () => {}),
        isError('call.cancelled'),
      );
      await device.close();
    }
  });

  test('recognises its own firmware in every state, and no other', async (t) => {
    const { clock, firmware, connect } = begin(t, { selfPowered: true });
    for (const left of [
      '',
      'half a li',
      'pki import cert\r\n',
      'pki import cert\r\n-----BEGIN CERTIFICATE-----\r\nMIIB',
    ]) {
      const channel = firmware.connect();
      await channel.write(Buffer.from(left));
      assert.equal(await freertosDriver.recognise(channel, { clock }), true, left);
      for (const other of [agentDriver, nrf91Driver])
        assert.equal(await other.recognise(channel, { clock }), false, other.name);
      await channel.close();
    }
    assert.equal((await connect().identify()).hasKey, false, 'and is not disturbed by the others');
    const agent = createAgentDevice({ clock, traits });
    const imei = {
      model: 'nRF9161-LACA',
      hardwareRevision: '',
      firmware: 'mfw_nrf91x1_2.0.2',
      hardwareId: '350457791234568',
    };
    const modem = createNrf91Device({ clock, traits: imei });
    const behindShell = createNrf91Device({ clock, traits: imei, form: 'at' });
    t.after(() => [agent, modem, behindShell].map((other) => other.powerOff()));
    for (const [other, driver] of [
      [agent, agentDriver],
      [modem, nrf91Driver],
      [behindShell, nrf91Driver],
    ] as const) {
      const channel = other.connect();
      assert.equal(await freertosDriver.recognise(channel, { clock }), false, driver.name);
      assert.equal(await driver.recognise(channel, { clock }), true, `${driver.name} is not disturbed`);
      const device = driver.connect(channel, { clock });
      assert.equal((await device.identify()).hasKey, false);
      await device.close();
    }
  });
});

/** Whether openssl finds the self-signature good. */
const judged = (csrDer: Uint8Array): boolean =>
  /verify OK/.test(
    spawnSync('openssl', ['req', '-inform', 'DER', '-noout', '-verify'], { input: csrDer }).stderr.toString(),
  );

const hexOf = (spki: Buffer) => spki.subarray(-64, -50).toString('hex').replace(/../g, '$&:').slice(0, -1);

/** The public key as the device prints it to a person. */
async function publicKeyOf(channel: ByteChannel, t: TestContext): Promise<string> {
  t.after(() => channel.close());
  let seen = '';
  const done = new Promise<void>((resolve) => {
    channel.onData((bytes) => {
      seen += Buffer.from(bytes).toString('latin1');
      if (/END PUBLIC KEY-----\r\n> $/.test(seen)) resolve();
    });
  });
  await channel.write(Buffer.from('pki export key\r\n'));
  await done;
  return /-----BEGIN[\s\S]*END PUBLIC KEY-----/.exec(seen)?.[0] ?? '';
}
