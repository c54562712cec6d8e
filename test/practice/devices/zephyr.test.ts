/** The simulated Zephyr firmware, spoken to by hand: its lines are those of the sources of Zephyr and of sdk-nrf. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { Fault } from '../../../app/practice/devices/faults.ts';
import { createZephyrDevice } from '../../../app/practice/devices/zephyr/device.ts';
import type { ZephyrFirmware } from '../../../app/practice/devices/zephyr/machine.ts';
import { createJumpingClock, folderFor, judgeCsr, testCa } from '../../device/support.ts';

const traits = { model: 'X', hardwareRevision: 'A', firmware: '3.2.1', hardwareId: 'a1b2c3d4e5f60718' };
const prompt = '\x1b[1;32muart:~$ \x1b[m';
const plain = (text: string) => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');

function begin(t: TestContext, firmware: Partial<ZephyrFirmware> = {}, fault: Fault = {}) {
  const clock = createJumpingClock();
  const device = createZephyrDevice({ clock, traits, firmware });
  device.fault = fault;
  t.after(() => device.powerOff());
  let heard = '';
  const open = () => {
    const channel = device.connect();
    channel.onData((bytes) => {
      heard += Buffer.from(bytes).toString('latin1');
    });
    return channel;
  };
  let channel = open();
  const quiet = () => new Promise<void>((resolve) => clock.after(3000, resolve));
  /** Sends the pieces without waiting between them; everything that comes back in the next three seconds. */
  let booted = false;
  const raw = async (...pieces: string[]) => {
    if (!booted) await quiet();
    booted = true;
    heard = '';
    const sent = pieces.map((piece) => channel.write(Buffer.from(piece, 'latin1')).catch(() => {}));
    await Promise.all(sent);
    await quiet();
    return heard;
  };
  /** What a person at a terminal reads between the command and the next prompt. */
  const ask = async (command: string) => {
    const pieces = command.match(/.{1,48}/g) ?? [];
    const lines = plain(await raw(...pieces, '\r')).split('\r\n');
    assert.equal(lines[0], command);
    assert.equal(lines.at(-1), 'uart:~$ ');
    return lines.slice(1, -1);
  };
  const reboot = () => {
    channel = open();
    return quiet();
  };
  return { device, raw, ask, quiet, reboot, heard: () => heard };
}

const fill = async (ask: (command: string) => Promise<string[]>, text: string) => {
  for (const piece of text.match(/.{1,48}/g) ?? [])
    assert.deepEqual(await ask(`cred buf ${piece}`), [`Stored ${piece.length} bytes.`]);
};

test('boot, echo, prompt and colours', async (t) => {
  const { raw, quiet, heard } = begin(t);
  await quiet();
  assert.match(heard(), /\*\*\* Using Zephyr OS v4\.2\.99 \*\*\*\r\n/);
  assert.ok(heard().endsWith(`\r\n${prompt}`));
  assert.equal(await raw('kernel version\r'), `kernel version\r\nZephyr version 4.2.99\r\n${prompt}`);
  assert.equal(await raw('\r'), `\r\n${prompt}`);
  assert.equal(await raw('bogus\r\n'), `bogus\r\n\x1b[1;31mbogus: command not found\r\n\x1b[m${prompt}`);
  assert.equal(await raw('half a command', '\x03'), `half a command\r\n${prompt}`);
});

test('identity: kernel, chip and application; what was not built in is not there', async (t) => {
  const { ask } = begin(t);
  assert.deepEqual(await ask('hwinfo devid'), ['Length: 8', 'ID: 0xa1b2c3d4e5f60718']);
  assert.deepEqual(await ask('app version'), ['3.2.1']);
  const bare = begin(t, { hwinfo: false, appVersion: false, keyShell: false });
  for (const name of ['hwinfo', 'app', 'nrf_cloud_cred'])
    assert.deepEqual(await bare.ask(`${name} x`), [`${name}: command not found`]);
});

test('a key is made once, is not exportable, and signs requests that openssl accepts', async (t) => {
  const { ask, reboot } = begin(t);
  assert.deepEqual(await ask('nrf_cloud_cred csr 42 CN=U'), ['CSR generation failed: -5']);
  const made = await ask('nrf_cloud_cred keygen 42');
  assert.equal(made.at(-1), 'Generated device key in sec tag 42');
  const exists = ["Key already exists in sec tag 42. Use 'delete' to remove it first."];
  assert.deepEqual(await ask('nrf_cloud_cred keygen 42'), exists);
  assert.deepEqual(await ask('nrf_cloud_cred keygen 43'), ['Key generation failed: -134']);
  assert.deepEqual(await ask('nrf_cloud_cred keygen 0'), ['Key generation failed: -22']);
  assert.deepEqual(await ask('nrf_cloud_cred keygen x1'), ['Invalid sec tag: x1']);
  const keyId = createHash('sha256')
    .update(Buffer.of(42, 0, 0, 0))
    .digest('base64');
  assert.deepEqual(await ask('cred list 42'), [`42,PK_PSA,${keyId},0`, '1 credentials found.']);
  assert.deepEqual(await ask('cred get 42 PK BIN'), [
    'There is no TLS credential with sectag 42 and type PRIVATE_KEY.',
  ]);

  const [line = '', done] = await ask('nrf_cloud_cred csr 42 CN=UNIT-1');
  assert.equal(done, 'CSR generation complete');
  const csr = Buffer.from(line.replace('CSR: ', ''), 'base64');
  assert.match(judgeCsr(folderFor(t), csr).text, /Subject: CN=UNIT-1/);
  const [point = ''] = await ask('nrf_cloud_cred pubkey 42');
  assert.ok(csr.includes(Buffer.from(point.replace('PUBKEY: ', ''), 'base64')), 'the CSR holds the public key');
  assert.deepEqual(await ask('nrf_cloud_cred csr 42 UNIT-1'), ['CSR generation failed: -22']);

  await reboot();
  assert.deepEqual(await ask('nrf_cloud_cred keygen 42'), exists);
  assert.deepEqual(await ask('nrf_cloud_cred delete 42'), ['Deleted device key in sec tag 42']);
  assert.deepEqual(await ask('nrf_cloud_cred delete 42'), ['Deleted device key in sec tag 42']);
  assert.deepEqual(await ask('cred list'), ['0 credentials found.']);
});

test('pubkey needs its Kconfig option; without it the shell prints what there is', async (t) => {
  const { ask } = begin(t, { publicKey: false });
  const told = await ask('nrf_cloud_cred pubkey 42');
  assert.equal(told[0], 'nrf_cloud_cred - nRF Cloud on-device credential commands');
  assert.ok(!told.some((line) => /PUBKEY|pubkey/.test(line)), told.join('\n'));
});

test('a credential goes through the buffer, is digested with its NUL, and survives the power only in storage', async (t) => {
  const { ask, reboot } = begin(t);
  const pem = 'not a certificate\n';
  await fill(ask, Buffer.from(pem).toString('base64'));
  assert.deepEqual(await ask('cred add 7 CA DEFAULT bint'), [
    'Added TLS credential of type CA_CERT, sectag 7, and length 19 bytes.',
    'Credential buffer cleared.',
  ]);
  const digest = createHash('sha256').update(`${pem}\0`).digest('base64');
  assert.deepEqual(await ask('cred list 7 CA'), [`7,CA,${digest},0`, '1 credentials found.']);
  assert.deepEqual(await ask('cred get 7 CA BINT'), [
    Buffer.from(pem).toString('base64'),
    'Credential buffer cleared.',
  ]);
  await fill(ask, 'QUJD');
  assert.deepEqual(await ask('cred add 7 CA DEFAULT BIN'), [
    'TLS credential with sectag 7 and type CA_CERT already exists.',
    'Credential buffer cleared.',
  ]);
  assert.deepEqual(await ask('cred add 7 CLIENT DEFAULT BIN'), ['Please provide a credential to add.']);
  await reboot();
  assert.equal((await ask('cred list 7 any')).length, 2);
  assert.deepEqual(await ask('cred del 7 CA'), ['Deleted TLS credential with sectag 7 and type CA_CERT.']);
  assert.deepEqual(await ask('cred del 7 CA'), ['There is no TLS credential with sectag 7 and type CA_CERT.']);

  const inRam = begin(t, { persistent: false });
  assert.deepEqual(await inRam.ask('cred add 7 CA DEFAULT STR x'), [
    'Stored 1 bytes.',
    'Credential has been copied to heap. Memory will be leaked if this credential is deleted without using the shell.',
    'Added TLS credential of type CA_CERT, sectag 7, and length 1 bytes.',
    'Credential buffer cleared.',
  ]);
  await inRam.reboot();
  assert.deepEqual(await inRam.ask('cred list'), ['0 credentials found.']);
});

test('wrong words are refused in the firmware’s own words', async (t) => {
  const { ask } = begin(t);
  assert.deepEqual(await ask('cred add x CA DEFAULT BIN'), ['x is not a valid sectag.']);
  assert.deepEqual(await ask('cred add 1 XX DEFAULT BIN'), ['XX is not a valid credential type.']);
  assert.deepEqual(await ask('cred add 1 CA XX BIN'), ['XX is not a valid backend.']);
  assert.deepEqual(await ask('cred add 1 CA DEFAULT XX'), ['XX is not a valid storage format.']);
  assert.equal((await ask('cred add 1'))[0], 'add: wrong parameter count');
  await fill(ask, '!!!!');
  assert.deepEqual(await ask('cred add 1 CA DEFAULT BIN'), [
    'Could not decode input from base64, error: -22',
    'Credential buffer cleared.',
  ]);
  const full = begin(t, { places: 1 });
  await full.ask('cred add 1 CA DEFAULT STR x');
  // The full stop comes after the line end.
  assert.deepEqual((await full.ask('cred add 2 CA DEFAULT STR x')).slice(1), [
    'Failed to add TLS credential with sectag 2 and type CA_CERT. Error: -12',
    '.Credential buffer cleared.',
  ]);
});

test('the buffer holds one byte less than it is built with, and is cleared when full', async (t) => {
  const { ask } = begin(t, { credBufferBytes: 100 });
  await fill(ask, 'A'.repeat(96));
  assert.deepEqual(await ask('cred buf AAAA'), [
    'Not enough room in credential buffer for provided data. Increase CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE.',
    'Credential buffer cleared.',
  ]);
  await fill(ask, 'AAAA');
  assert.deepEqual(await ask('cred buf clear'), ['Credential buffer cleared.']);
  assert.deepEqual(await ask('cred buf clear'), ['Credential buffer cleared.']);
});

test('buf load takes raw bytes until Ctrl-C; firmware before it takes "load" for data', async (t) => {
  const { ask, raw } = begin(t);
  assert.match(await raw('cred buf load\r'), /\r\nInput credential, finish with CTRL\+C\.\r\n$/);
  // It prints outside a command: the shell prints its prompt below, and again when it reads lines once more.
  assert.equal(await raw('QUJD', 'REVG\x03'), `\x1b[8D\x1b[JStored 8 bytes.\r\n${prompt}${prompt}`);
  assert.match((await ask('cred add 1 PSK DEFAULT BIN'))[0] ?? '', /length 6 bytes/);

  const older = begin(t, { bufLoad: false });
  assert.deepEqual(await older.ask('cred buf load'), ['Stored 4 bytes.']);
  assert.deepEqual(await older.ask('cred buf clear'), ['Credential buffer cleared.']);
  assert.deepEqual(await older.ask('cred buf clear'), []);
});

test('what comes faster than the shell reads is lost, and logged', async (t) => {
  const { raw, ask } = begin(t);
  const burst = `cred buf ${'A'.repeat(80)}`;
  const told = await raw(burst, '\r');
  assert.match(plain(told), /<wrn> shell_uart: RX ring buffer full\.\r\n/);
  assert.match(told, /Stored 55 bytes\./);
  // While a key is made, one ring buffer of input waits, no more.
  const busy = plain(await raw('nrf_cloud_cred keygen 5\r', `${'x'.repeat(40)}\r`, `${'y'.repeat(40)}\r`));
  assert.match(busy, /RX ring buffer full/);
  assert.match(busy, /Generated device key in sec tag 5\r\n/);
  assert.match(busy, /x{40}: command not found/);
  assert.doesNotMatch(busy, /y{40}: command/);
  await ask('cred list');
});

test('a log in the middle erases what is being typed and prints it again', async (t) => {
  const { raw, device } = begin(t);
  device.fault = { noise: 1 };
  const told = await raw('cred list', '\r');
  assert.match(told, /^cred li\x1b\[15D\x1b\[J\[\d\d:\d\d:\d\d\.\d{3},000\] <inf> app: .*\r\n/);
  assert.ok(told.includes(`${prompt}cred list\r\n`), JSON.stringify(told));
  assert.match(plain(told), /\r\n0 credentials found\.\r\nuart:~\$ /);
});

test('a long command wraps at the eightieth column', async (t) => {
  const { raw } = begin(t);
  const command = `nrf_cloud_cred csr 16842753 CN=${'0'.repeat(60)}`;
  const told = await raw(command.slice(0, 48), command.slice(48), '\r');
  assert.ok(told.startsWith(`${command.slice(0, 72)}\r\n${command.slice(72)}\r\n`), JSON.stringify(told));
});

test('power lost before and after a step; afterwards it works', async (t) => {
  for (const when of ['before', 'after'] as const) {
    const { raw, ask, device, reboot } = begin(t);
    device.fault = { dieAt: { step: 'key', when } };
    assert.doesNotMatch(await raw('nrf_cloud_cred keygen 5\r'), /Generated|\$/);
    await reboot();
    const again = await ask('nrf_cloud_cred keygen 5');
    assert.match(again.at(-1) ?? '', when === 'before' ? /^Generated/ : /^Key already exists/);
  }
});

test('a broken device: silence, endless log, a failing generator, a full store', async (t) => {
  assert.equal(await begin(t, {}, { silent: true }).raw('kernel version\r'), '');
  assert.ok((await begin(t, {}, { flood: true }).raw('\r')).length > 20_000);
  assert.deepEqual(await begin(t, {}, { key: 'fails' }).ask('nrf_cloud_cred keygen 5'), ['Key generation failed: -5']);
  const { ask } = begin(t, {}, { refuse: { command: 'commit', error: 'storage' } });
  const told = await ask('cred add 1 CA DEFAULT STR x');
  assert.equal(told[1], 'Failed to add TLS credential with sectag 1 and type CA_CERT. Error: -12');
});

test('expiry is that of the certificate', async (t) => {
  const { ask } = begin(t);
  await ask('nrf_cloud_cred keygen 1');
  const [csr = ''] = await ask('nrf_cloud_cred csr 1 CN=U');
  const certificate = testCa().sign(Buffer.from(csr.replace('CSR: ', ''), 'base64'));
  await fill(ask, certificate.toString('base64'));
  await ask('cred add 1 CLIENT DEFAULT BIN');
  const [line = ''] = await ask('cred expiry 1 CLIENT');
  const [, text = '', seconds] =
    /^Expiry for TLS credential with sectag 1 and type SERVER_CERT is (.*) \((\d+)\)\.$/.exec(line) ?? [];
  assert.equal(Date.parse(`${text}Z`), Number(seconds) * 1000);
  assert.ok(Math.abs(Number(seconds) - Date.now() / 1000 - 30 * 86_400) < 7200, line);
});

test('credentials in RAM: references and heap run out, and a deletion takes the references after it along', async (t) => {
  const { ask, reboot } = begin(t, { persistent: false, places: 2, heapBytes: 12 });
  const added = async (command: string) => (await ask(command)).some((line) => line.startsWith('Added'));
  const freed = async (command: string) => (await ask(command)).includes('Stored credential freed.');
  assert.ok(await added('cred add 1 CA DEFAULT STR aaaa'));
  assert.ok(await added('cred add 1 CLIENT DEFAULT STR bbbb'));
  const told = await ask('cred add 2 CA DEFAULT STR c');
  assert.equal(told[1], 'No reference slot available, cannot copy credential to heap. Credential will not be stored');
  assert.ok(await freed('cred del 1 CA'));
  // What was freed is not free: the reference was cleared before.
  assert.equal((await ask('cred add 1 CA DEFAULT STR ccccc'))[1], 'Not enough heap for TLS credential of size 5.');
  await reboot();
  assert.ok(await added('cred add 1 CA DEFAULT STR aaaaaaaa'));
  assert.ok(await added('cred add 1 CLIENT DEFAULT STR bbbb'));
  assert.ok(await freed('cred del 1 CA'));
  assert.deepEqual(await ask('cred del 1 CLIENT'), ['Deleted TLS credential with sectag 1 and type SERVER_CERT.']);
});

test('a credential that is read in the wrong format, is too long, or has no digest', async (t) => {
  const { ask, device } = begin(t, { credBufferBytes: 64 });
  await ask('cred add 7 CA DEFAULT STR x');
  assert.deepEqual(await ask('cred get 7 CA STRT'), [
    "The stored credential isn't NULL-terminated, but a NULL-terminated format was specified.",
    'Credential buffer cleared.',
  ]);
  await ask('cred add 7 CLIENT DEFAULT BIN AQ==');
  assert.deepEqual(await ask('cred get 7 CLIENT STR'), [
    '?',
    'Non-printable characters were included in the output and filtered. Have you selected the correct storage format?',
    'Credential buffer cleared.',
  ]);
  device.fault = { refuse: { command: 'list', error: '-134' } };
  assert.deepEqual(await ask('cred list 7 CA'), ['7,CA,ERROR,-134', '1 credentials found.']);
});

test('subjects of several parts, no device id, a key that stays, and a quote that does not end', async (t) => {
  const { ask } = begin(t);
  await ask('nrf_cloud_cred keygen 42');
  const [line = ''] = await ask('nrf_cloud_cred csr 42 CN=U,O=Acme');
  const { text } = judgeCsr(folderFor(t), Buffer.from(line.replace('CSR: ', ''), 'base64'));
  assert.match(text, /Subject: O=Acme,CN=U\n/);
  assert.deepEqual(await ask("cred list '1"), ["not terminated: '"]);
  const bare = begin(t, { hwinfo: false }, { refuse: { command: 'erase', error: '-5' } });
  await bare.ask('nrf_cloud_cred keygen 42');
  assert.deepEqual(await bare.ask('nrf_cloud_cred csr 42'), [
    'Failed to get device id: -134 (pass a subject explicitly)',
  ]);
  assert.deepEqual(await bare.ask('nrf_cloud_cred delete 42'), ['Key deletion failed: -5']);
});
