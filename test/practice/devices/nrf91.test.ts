/** The simulated nRF91 modem, spoken to as Nordic's own tools do: the sequences were recorded from them. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { parseCsr } from '../../../app/ca/index.ts';
import type { ByteChannel } from '../../../app/device/channel.ts';
import { readCbor } from '../../../app/device/drivers/nrf91/cbor.ts';
import { pemOf } from '../../../app/device/pem.ts';
import { createNrf91Device, type Nrf91Options } from '../../../app/practice/devices/nrf91/device.ts';
import { createConsole, createJumpingClock, folderFor, judgeCsr, testCa } from '../../device/support.ts';

const traits = {
  model: 'nRF9151-LACA',
  hardwareRevision: '',
  firmware: 'mfw_nrf91x1_2.0.2',
  hardwareId: '352656100367872',
};
const final = /^(OK|ERROR|\+CME ERROR: \d+|Sending AT command failed.*|not terminated: .*)$/;
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex').toUpperCase();

function begin(options: Partial<Nrf91Options> = {}) {
  const clock = createJumpingClock();
  const device = createNrf91Device({ clock, traits, computeMs: 0, ...options });
  const shell = options.form === 'at';
  const wrap = (command: string) =>
    shell ? `at '${command.replaceAll('\r', '').replaceAll('\n', '\\n')}'\r\n` : `${command}\r\n`;
  const sit = (channel: ByteChannel) => {
    const console = createConsole(channel);
    /** What a host reads after the command: its lines without echo, prompt and colours, up to the final one. */
    const ask = async (command: string): Promise<string[]> => {
      const from = console.lines.length;
      await console.ask(wrap(command), /^(?:\x1b\[[0-9;]*m)*(OK|ERROR|\+CME ERROR|Sending AT|not terminated)/);
      const lines = console.lines.slice(from).map((line) => line.replace(/\x1b\[[0-9;]*[A-Za-z]|\r/g, '').trim());
      const end = lines.findIndex((line) => final.test(line));
      return lines.slice(0, end + 1).filter((line) => line !== '' && !line.startsWith('uart:~$'));
    };
    /** Types these and expects just these answers. */
    const exchange = async (pairs: readonly (readonly [command: string, ...lines: (string | RegExp)[]])[]) => {
      for (const [command, ...expected] of pairs) {
        const lines = await ask(command);
        assert.equal(lines.length, expected.length, `${command}: ${lines.join(' | ')}`);
        for (const [at, line] of expected.entries())
          if (typeof line === 'string') assert.equal(lines[at], line, command);
          else assert.match(lines[at] ?? '', line, command);
      }
    };
    return { ask, exchange, lines: console.lines };
  };
  return { clock, device, sit, ...sit(device.connect()) };
}

const { rootCaDer } = testCa();
/** As the tools write a certificate: the file without its last line end, or with CR LF throughout. */
const certificate = pemOf(rootCaDer, '\n').trimEnd();
const factory = [/^%CMNG: 4294967293,10,"[0-9A-F]{64}"$/, /^%CMNG: 4294967294,6,"/, /^%CMNG: 4294967292,11,"/] as const;

for (const form of ['raw', 'at'] as const)
  test(`nrfcredstore: list, write, generate and delete under a tag, ${form}`, async () => {
    const { exchange } = begin({ form });
    // The tool sends LF, which a shell gives to the modem as CR LF.
    const stored = form === 'at' ? certificate.replaceAll('\n', '\r\n') : certificate;
    await exchange([
      ['AT+CGSN', traits.hardwareId, 'OK'],
      ['AT+CMEE=1', 'OK'],
      ['AT+CFUN=4', 'OK'],
      ['AT%CMNG=1', ...factory, 'OK'],
      [`AT%CMNG=0,43,0,"${certificate}"`, 'OK'],
      ['AT%CMNG=0,43,3,"0102ab"', 'OK'],
      ['AT%CMNG=0,43,3,"0102ab"', '+CME ERROR: 519'],
      ['AT%CMNG=0,44,3,"not hex"', '+CME ERROR: 527'],
      ['AT%CMNG=0,43,4,"unit-7"', 'OK'],
      ['AT%KEYGEN=42,2,0,"O=Nordic Semiconductor,L=PDX,C=no,CN=unit-7"', /^%KEYGEN: "/, 'OK'],
      [
        'AT%CMNG=1',
        /^%CMNG: 42,2,"[0-9A-F]{64}"$/,
        `%CMNG: 43,0,"${sha256(stored)}"`,
        `%CMNG: 43,3,"${sha256('0102ab')}"`,
        `%CMNG: 43,4,"${sha256('unit-7')}"`,
        ...factory,
        'OK',
      ],
      ['AT%CMNG=1,42', /^%CMNG: 42,2,/, 'OK'],
      ['AT%CMNG=1,43,3', /^%CMNG: 43,3,/, 'OK'],
      ['AT%CMNG=1,43,2', 'OK'],
      ['AT%CMNG=1,7', 'OK'],
      ['AT%CMNG=3,43,3', 'OK'],
      ['AT%CMNG=3,43,3', '+CME ERROR: 513'],
      ['AT%CMNG=3,4294967294,6', '+CME ERROR: 514'],
      ['AT%CMNG=3,42,2', 'OK'],
      ['AT%CMNG=1,42', 'OK'],
    ]);
  });

test('the credentials installer of nRF Cloud: delete, key, two certificates, digests', async () => {
  const { exchange, ask } = begin();
  const text = pemOf(rootCaDer, '\r\n');
  await exchange([
    ['at AT+CGSN', 'ERROR'],
    ['AT+CGSN', traits.hardwareId, 'OK'],
    ['AT+CFUN=4', 'OK'],
    ['AT+CGMR', traits.firmware, 'OK'],
    // The tool does not ask for error numbers.
    ['AT%CMNG=3,16842753,0', 'ERROR'],
    ['AT%CMNG=3,16842753,2', 'ERROR'],
  ]);
  const [line = ''] = await ask('AT%KEYGEN=16842753,2,0,"CN=nrf-352656100367872"');
  const csrDer = Buffer.from(line.split('"')[1]?.split('.')[0] ?? '', 'base64url');
  const { certificateDer } = testCa().installation(csrDer, {});
  await exchange([
    [`AT%CMNG=0,16842753,0,"${text}"`, 'OK'],
    [`AT%CMNG=0,16842753,1,"${pemOf(certificateDer, '\r\n')}"`, 'OK'],
    ['AT%CMNG=1,16842753,0', `%CMNG: 16842753,0,"${sha256(text)}"`, 'OK'],
    ['AT%CMNG=1,16842753,2', /^%CMNG: 16842753,2,"[0-9A-F]{64}"$/, 'OK'],
    ['AT%CERTEXPIRY=16842753,0', /^%CERTEXPIRY: [0-9A-F]+,\d{14}Z,\d{14}Z$/, 'OK'],
  ]);
});

/** The statement beside a key or request, opened by a reader of its own. */
const open = (coseText: string) => {
  const outer = readCbor(Buffer.from(coseText, 'base64url'));
  assert.ok(typeof outer === 'object' && outer !== null && 'tag' in outer && Array.isArray(outer.value));
  assert.equal(outer.tag, 18);
  const [header, unprotected, payload, signature] = outer.value;
  assert.ok(header instanceof Uint8Array && unprotected instanceof Map && signature instanceof Uint8Array);
  assert.deepEqual(readCbor(header), new Map([[1, -7]]));
  return { unprotected, payload, signature };
};

test('its key identifier is the byte string h’21’, which Nordic’s parser opens as CBOR', async () => {
  const { exchange, ask } = begin();
  await exchange([['AT+CFUN=4', 'OK']]);
  for (const command of ['AT%KEYGEN=1,2,0', 'AT%KEYGEN=2,2,1', 'AT%KEYGEN=3,8', 'AT%ATTESTTOKEN']) {
    const [line = ''] = await ask(command);
    const { unprotected, signature } = open(line.split('"')[1]?.split('.')[1] ?? '');
    const identifier = unprotected.get(4);
    assert.ok(identifier instanceof Uint8Array, command);
    assert.equal(Buffer.from(identifier).toString('hex'), '21');
    assert.equal(readCbor(identifier), -2);
    assert.equal(signature.length, 64);
  }
});

test('an attestation token names the device, the chip and the firmware, and repeats a challenge', async () => {
  const { ask } = begin();
  const challenge = '90115c20ac3f381b520b43c76bd5d99c';
  const [token = ''] = await ask(`AT%ATTESTTOKEN="${challenge}"`);
  const [body = '', cose = ''] = token.split('"')[1]?.split('.') ?? [];
  const message = readCbor(Buffer.from(body, 'base64url'));
  assert.ok(typeof message === 'object' && message !== null && 'tag' in message && Array.isArray(message.value));
  const [kind, uuid, chip, firmware, nonce] = message.value;
  assert.deepEqual([message.tag, kind, chip], [55_799, 1, 6]);
  assert.ok(uuid instanceof Uint8Array && firmware instanceof Uint8Array && nonce instanceof Uint8Array);
  assert.equal(Buffer.from(nonce).toString('hex'), challenge);
  assert.equal(open(cose).payload, null, 'the message is not repeated within the signature');
  assert.deepEqual(await ask('AT%ATTESTTOKEN="12"'), ['ERROR']);
});

test('a subject of several parts and a key usage are in the request; openssl reads them', async (t) => {
  const { exchange, ask } = begin();
  await exchange([
    ['AT+CFUN=4', 'OK'],
    ['AT+CMEE=1', 'OK'],
  ]);
  const csrOf = ([line = '']: string[]) => Buffer.from(line.split('"')[1]?.split('.')[0] ?? '', 'base64url');
  const csr = csrOf(await ask('AT%KEYGEN=14,2,0,"O=Nordic Semiconductor,L=PDX,C=no","101010000"'));
  const { text, verified } = judgeCsr(folderFor(t), csr);
  assert.ok(verified);
  assert.match(text, /Subject: C=no,L=PDX,O=Nordic Semiconductor\n/, 'openssl names the last part first');
  assert.match(text, /Key Usage: *\n *Digital Signature, Key Encipherment, Key Agreement\n/);
  const comma = csrOf(await ask('AT%KEYGEN=15,2,0,"CN=a\\,b"'));
  assert.equal(parseCsr(comma).subjectText, 'CN=a\\,b');
  await exchange([
    ['AT%KEYGEN=16,2,0,"XYZ=1"', '+CME ERROR: 514'],
    ['AT%KEYGEN=16,2,0,"CN="', '+CME ERROR: 514'],
    ['AT%KEYGEN=16,2,0,"CN=a","12"', 'ERROR'],
    ['AT%KEYGEN=16,3,0', '+CME ERROR: 514'],
    ['AT%CMNG=1,16', 'OK'],
    // An endorsement key is made once; the client key is refused.
    ['AT%KEYGEN=17,8', /^%KEYGEN: "/, 'OK'],
    ['AT%KEYGEN=17,8', /^%KEYGEN: "/, 'OK'],
    ['AT%KEYGEN=14,2,0', '+CME ERROR: 519'],
  ]);
});

test('secrets cannot be read back, certificates can; nothing changes while the modem is active', async () => {
  const { exchange } = begin();
  const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const pem = String(key.export({ type: 'pkcs8', format: 'pem' })).trimEnd();
  await exchange([
    ['AT+CMEE=1', 'OK'],
    [`AT%CMNG=0,1,2,"${pem}"`, '+CME ERROR: 518'],
    ['AT%CMNG=3,1,2', '+CME ERROR: 518'],
    ['AT+CFUN=4', 'OK'],
    [`AT%CMNG=0,1,2,"${pem}"`, 'OK'],
    [`AT%CMNG=0,1,5,"${pem}"`, '+CME ERROR: 514'],
    ['AT%CMNG=0,1,2,"no key"', '+CME ERROR: 519'],
    ['AT%CMNG=0,2,2,"no key"', '+CME ERROR: 527'],
    ['AT%CMNG=0,2,3,""', 'ERROR'],
    ['AT%CMNG=1,1,2', `%CMNG: 1,2,"${sha256(pem)}"`, 'OK'],
    ['AT%CMNG=0,1,3,"00ff"', 'OK'],
    ['AT%CMNG=0,1,4,"me"', 'OK'],
    ['AT%CMNG=2,1,2', '+CME ERROR: 514'],
    ['AT%CMNG=2,1,3', '+CME ERROR: 514'],
    ['AT%CMNG=2,1,4', `%CMNG: 1,4,"${sha256('me')}","me"`, 'OK'],
    ['AT%CMNG=2,1,0', '+CME ERROR: 513'],
    // Tags for tests, whose TLS can be decrypted, and the first one after them.
    ['AT%CMNG=0,2147483648,4,"x"', 'OK'],
    ['AT%CMNG=0,2147483668,4,"x"', '+CME ERROR: 514'],
  ]);
});

test('with an owner’s key, changes must be signed', async () => {
  const { exchange } = begin();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' })).trimEnd();
  const signed = (text: string) => {
    const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64');
    return `AT%XSUDO=${text.length},"${signature}";${text}`;
  };
  await exchange([
    ['AT+CMEE=1', 'OK'],
    ['AT+CFUN=4', 'OK'],
    [signed('%CMNG=0,1,4,"me"'), '+CME ERROR: 513'],
    [`AT%XPMNG=0,"${pem}"`, 'OK'],
    [`AT%XPMNG=0,"${pem}"`, '+CME ERROR: 519'],
    ['AT%CMNG=0,1,4,"me"', '+CME ERROR: 520'],
    ['AT%KEYGEN=1,2,0', '+CME ERROR: 520'],
    [signed('%CMNG=0,1,4,"me"').replace('"me"', '"us"'), '+CME ERROR: 520'],
    [signed('%CMNG=0,1,4,"me"'), 'OK'],
    ['AT%CMNG=1,1', `%CMNG: 1,4,"${sha256('me')}"`, 'OK'],
    [signed('%CMNG=3,0,5'), 'OK'],
    ['AT%CMNG=3,1,4', 'OK'],
  ]);
});

test('the AT host: an open quote and more than it holds leave it deaf until its power goes, or a DEL makes room', async () => {
  for (const remedy of ['power', 'del'] as const) {
    const { device, clock, sit } = begin({ selfPowered: true });
    const first = device.connect();
    const heard: number[] = [];
    first.onData((bytes) => heard.push(bytes.length));
    await first.write(Buffer.from(`AT%CMNG=0,16842753,0,"${'A'.repeat(4500)}`));
    for (const text of ['\r\n', 'AT+CGSN\r\n', '"\r\n', 'AT\r\n"\r\nAT\r\n']) await first.write(Buffer.from(text));
    await new Promise<void>((resolve) => clock.after(60_000, resolve));
    assert.deepEqual(heard, []);
    await first.close();
    if (remedy === 'power') {
      device.powerOff();
      await sit(device.connect()).exchange([['AT+CGSN', traits.hardwareId, 'OK']]);
      continue;
    }
    const second = device.connect();
    const { exchange } = sit(second);
    await second.write(Buffer.from('\x7f"'));
    await exchange([
      ['', 'ERROR'],
      ['AT+CGSN', traits.hardwareId, 'OK'],
    ]);
  }
});

test('within quotes a line end is text; 4,095 characters are a command, with the LF of the one before', async () => {
  const { exchange } = begin();
  const room = 4095 - '\nAT%CMNG=0,1,4,""'.length;
  await exchange([
    ['AT+CFUN=4', 'OK'],
    [`AT%CMNG=0,1,4,"${'x'.repeat(room)}"`, 'OK'],
    ['AT%CMNG=3,1,4', 'OK'],
    ['AT%CMNG=0,1,4,"a\r\nb\nc"', 'OK'],
    ['AT%CMNG=1,1,4', `%CMNG: 1,4,"${sha256('a\r\nb\nc')}"`, 'OK'],
  ]);
});

test('firmware ends commands by its own terminator', async () => {
  for (const [termination, ending] of [
    ['null', '\0'],
    ['cr', '\r'],
    ['lf', '\n'],
    ['crlf', '\r\n'],
  ] as const) {
    const { device } = begin({ build: { termination } });
    const console = createConsole(device.connect());
    assert.equal(await console.ask(`AT+CGSN${ending}`, /^OK/), 'OK\r', termination);
  }
});

test('the shell: a command longer than its buffer, a certificate without unescaping, and an error on the way', async () => {
  const long = `AT%CMNG=0,1,0,"${certificate}"`;
  const small = begin({ form: 'at', build: { shellBufferBytes: 256 } });
  await small.exchange([
    ['AT+CFUN=4', 'OK'],
    [long, "not terminated: '"],
    ['AT+CGSN', traits.hardwareId, 'OK'],
  ]);
  const plain = begin({ form: 'at', build: { unescapes: false } });
  await plain.exchange([
    ['AT+CFUN=4', 'OK'],
    ['AT+CMEE=1', 'OK'],
    [long, '+CME ERROR: 527'],
  ]);
  const broken = begin({ form: 'at' });
  broken.device.fault = { refuse: { command: 'cgsn', error: '-1' } };
  await broken.exchange([['AT+CGSN', 'Sending AT command failed with error code -1']]);
  assert.ok(
    small.lines.some((line) => /OK\r\r$/.test(line)),
    'shell_print puts a CR before each LF',
  );
});

test('a modem that refuses CR LF takes LF', async () => {
  const { exchange } = begin({ build: { pemLineEnds: 'lf' } });
  await exchange([
    ['AT+CFUN=4', 'OK'],
    ['AT+CMEE=1', 'OK'],
    [`AT%CMNG=0,1,0,"${pemOf(rootCaDer, '\r\n')}"`, '+CME ERROR: 527'],
    [`AT%CMNG=0,1,0,"${pemOf(rootCaDer, '\n')}"`, 'OK'],
  ]);
});
