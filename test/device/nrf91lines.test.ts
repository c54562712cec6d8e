/** The nRF91 driver and firmware around the modem: AT hosts, shells, line ends, IMEIs, statements beside a CSR. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { Device } from '../../app/device/driver.ts';
import { readKeyLine } from '../../app/device/drivers/nrf91/credentials.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { signStatement } from '../../app/practice/devices/nrf91/cose.ts';
import { createJumpingClock, testCa } from './support.ts';
import { type Behaviour, behaviours, nordic, wrongLine } from './wronglines.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const what = () => testCa().installation(makeCsr(privateKey, 'unit'), {});

/** A conversation, and the time of its clock. */
function talkTo(behave: Behaviour, before = '') {
  const clock = createJumpingClock();
  const channel = wrongLine(clock, behave);
  if (before !== '') void channel.write(Buffer.from(before, 'latin1'));
  const device = nrf91Driver.connect(channel, { clock });
  const began = clock.monotonicMs();
  return { device, channel, clock, ms: () => clock.monotonicMs() - began };
}
const failure = async (act: Promise<unknown>): Promise<StationError> => {
  const error = await act.then(
    () => assert.fail('no error'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof StationError, String(error));
  return error;
};
const install = (device: Device) => device.install(what(), () => {});

test('an AT host left in a quoted text is freed, full or not, and nothing that was typed becomes a command', async () => {
  for (const length of [0, 10, 4000, 4094, 4095, 4096, 4500]) {
    const { device, ms } = talkTo(nordic(), `AT%CMNG=0,16842753,0,"${'A'.repeat(length)}`);
    assert.equal((await device.identify()).hasCertificate, false, String(length));
    assert.ok(ms() < 4_500, `${ms()} ms for ${length} characters`);
  }
});

test('a modem that takes PEM only with LF gets it so after one refusal', async () => {
  for (const takes of ['any', 'lf'] as const) {
    const { device } = talkTo(nordic({ takes }));
    await install(device);
    const { items } = await device.readBack(what());
    assert.deepEqual(
      items.filter((item) => item.name === 'rootCa').map(({ same }) => same),
      [true],
      takes,
    );
  }
});

test('a modem that takes neither says so, with the item, within 10 s', async () => {
  const { device, ms } = talkTo(nordic({ takes: 'none' }));
  const error = await failure(install(device));
  assert.equal(error.code, 'device.refused');
  assert.match(error.detail, /takes the certificate \(\d+ characters\) neither with CR LF nor with LF \(CME 527\)/);
  assert.deepEqual(error.data, { command: 'AT%CMNG', reason: 'CME 527' });
  assert.ok(ms() < 10_000, `${ms()} ms`);
});

test('a shell whose buffer is too small names the option and the size, within 10 s; a larger one works', async () => {
  const { device, ms } = talkTo(nordic({ shell: 256 }));
  await device.identify();
  const error = await failure(install(device));
  assert.equal(error.code, 'device.incompatible');
  assert.equal(error.data?.reason, 'shellBuffer');
  assert.match(error.detail, /CONFIG_SHELL_CMD_BUFF_SIZE and CONFIG_SHELL_BACKEND_SERIAL_RX_RING_BUFFER_SIZE to 2048/);
  assert.ok(ms() < 10_000, `${ms()} ms`);
  await install(talkTo(nordic({ shell: 4096 })).device);
});

test('a shell that does not reach the modem says why, within 10 s', async () => {
  for (const [code, why] of [
    ['-1', /has not started the modem/],
    ['-7', /CONFIG_AT_SHELL_CMD_RESPONSE_MAX_LEN/],
    ['-22', /error code -22\)$/],
  ] as const) {
    const fails = `Sending AT command failed with error code ${code}\r\n`;
    const { device, ms } = talkTo(nordic({ shell: 2048, fails }));
    const error = await failure(device.identify());
    assert.equal(error.code, 'device.incompatible', error.message);
    assert.deepEqual(error.data, { command: 'AT+CGSN', reason: 'atShell', error: code });
    assert.match(error.detail, why);
    assert.ok(ms() < 10_000, `${ms()} ms`);
  }
});

test('an IMEI with a wrong check digit is named with the digit that would fit, and nothing is made', async () => {
  const { device, ms } = talkTo(nordic({ imei: '352656100367873' }));
  const error = await failure(device.identify());
  assert.equal(error.code, 'device.badImei');
  assert.deepEqual(error.data, { imei: '352656100367873', checkDigit: 2 });
  assert.match(error.detail, /IMEI is 352656100367873; its check digit would be 2/);
  assert.ok(ms() < 1_000, `${ms()} ms`);
});

test('a modem of another maker is neither recognised nor begun with; one of Nordic with a wrong IMEI is recognised', async () => {
  const found = async (behave: Behaviour) => {
    const { channel, clock } = talkTo(behave);
    return nrf91Driver.recognise(channel, { clock });
  };
  assert.equal(await found(behaviours.quectel), false);
  assert.equal(await found(behaviours.ublox), false);
  assert.equal(await found(nordic()), true);
  assert.equal(await found(nordic({ shell: 2048 })), true);
  assert.equal(await found(nordic({ imei: '352656100367873' })), true);
  for (const [behave, words] of [
    [behaviours.quectel, 'a modem of Quectel: BG95-M3'],
    [behaviours.ublox, 'a modem of u-blox: SARA-R510S'],
  ] as const) {
    const error = await failure(talkTo(behave).device.identify());
    assert.deepEqual([error.code, error.data?.found], ['link.wrongFirmware', words]);
  }
});

test('the digest beside a CSR may be over its form with or without the NULL; the note says which', () => {
  const bare = makeCsr(privateKey, 'unit');
  // The same request with the NULL: RFC 2986 has the algorithm right behind the signed part.
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const at = bare.indexOf(algorithm);
  const content = Buffer.concat([
    bare.subarray(bare[1] === 0x81 ? 3 : 4, at),
    Buffer.from('300c06082a8648ce3d0403020500', 'hex'),
    bare.subarray(at + algorithm.length),
  ]);
  const size = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  const withNull = Buffer.concat([Buffer.from([0x30, ...size]), content]);
  const uuid = createHash('sha256').update('a modem').digest().subarray(0, 16);
  const line = (sent: Buffer, digested: Buffer) => {
    const cose = signStatement({ uuid, secTag: 7, csrDer: digested, nonce: Buffer.alloc(16) }, privateKey);
    return `%KEYGEN: "${sent.toString('base64url')}.${cose.toString('base64url')}"`;
  };
  const cases: [sent: Buffer, digested: Buffer, note: RegExp][] = [
    [bare, bare, /is that of the CSR as it came,/],
    [withNull, withNull, /is that of the CSR as it came,/],
    [bare, withNull, /with the NULL in its signature algorithm, which the CSR itself came without/],
    [withNull, bare, /without the NULL in its signature algorithm, which the CSR itself came with,/],
  ];
  for (const [sent, digested, note] of cases) {
    const { csrDer, notes } = readKeyLine(line(sent, digested), 'unit', 7);
    assert.deepEqual(csrDer, sent, 'the CSR stays as it came');
    assert.match(notes.join(), note);
  }
  const other = makeCsr(privateKey, 'another');
  assert.throws(() => readKeyLine(line(bare, other), 'unit', 7), { code: 'device.badAnswer' });
  for (const cut of [0, 1, 2, 3, 50, bare.length - 1])
    assert.throws(() => readKeyLine(line(bare.subarray(0, cut), withNull), 'unit', 7), { code: 'device.badAnswer' });
  const damaged = Buffer.from(bare);
  damaged[0] = 0x31;
  assert.throws(() => readKeyLine(line(damaged, withNull), 'unit', 7), { code: 'device.badAnswer' });
});
