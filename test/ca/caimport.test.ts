/** Keys that other tools wrote, in every form they write, and what this station writes, opened by them. */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Asn1, encode, explicit, integer, octetString, oid, sequence } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import {
  encryptKey,
  makeRootCertificate,
  newCaKeyPair,
  pemOf,
  readCaFile,
  readExport,
  softwareKey,
  writeP12,
} from '../../app/ca/index.ts';
import { newBudget } from '../../app/ca/keyfiles/fault.ts';
import { StationError } from '../../app/contract/errors.ts';
import { mustOpenssl, newKeyFile, outsideCas } from './outside.ts';
import { certtool, needTools, now, openssl, passphrase, scratch, withCode } from './support.ts';

const publicOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'pem' });

const badFor = (reason: string) => (error: unknown) =>
  error instanceof StationError && error.code === 'ca.badKeyFile' && error.data?.reason === reason;

type Material = { folder: ReturnType<typeof scratch>; keyFile: string; certificateFile: string; rootFile: string };
/** A way to write the key, perhaps with its certificates: the file's bytes. */
type Way = (material: Material) => Uint8Array;

const byOpenssl = (args: readonly string[], { folder, keyFile }: Material): Uint8Array => {
  mustOpenssl([...args, '-in', keyFile, '-out', folder('out')]);
  return readFileSync(folder('out'));
};
const pass = `pass:${passphrase}`;
const opensslP12 =
  (...options: string[]): Way =>
  ({ folder, keyFile, certificateFile, rootFile }) => {
    const parts = ['-inkey', keyFile, '-in', certificateFile, '-certfile', rootFile, '-name', 'The CA'];
    mustOpenssl(['pkcs12', '-export', ...parts, ...options, '-passout', pass, '-out', folder('out')]);
    return readFileSync(folder('out'));
  };
const withCertificates =
  (way: Way): Way =>
  (material) =>
    Buffer.concat([readFileSync(material.rootFile), way(material), readFileSync(material.certificateFile)]);
const certtoolWrites = (material: Material, ...args: string[]): Uint8Array => {
  const { folder, keyFile } = material;
  const done = certtool([...args, '--load-privkey', keyFile, '--password', passphrase, '--outfile', folder('out')]);
  assert.ok(done.ok, done.output);
  return readFileSync(folder('out'));
};
const certtoolP12 =
  (...options: string[]): Way =>
  (material) => {
    const { folder, certificateFile, rootFile } = material;
    const both = folder('both', Buffer.concat([readFileSync(certificateFile), readFileSync(rootFile)]));
    const parts = ['--to-p12', '--load-certificate', both, '--p12-name', 'The CA', '--outder'];
    return certtoolWrites(material, ...parts, ...options);
  };
const topk8 =
  (...options: string[]): Way =>
  (material) =>
    byOpenssl(['pkcs8', '-topk8', ...options, '-passout', pass], material);
const traditional =
  (...options: string[]): Way =>
  (material) => {
    const kind = readFileSync(material.keyFile, 'utf8').length > 600 ? 'rsa' : 'ec';
    return byOpenssl([kind, ...(kind === 'rsa' ? ['-traditional'] : []), ...options, '-passout', pass], material);
  };

const ways: Record<string, Way> = {
  'openssl PKCS#8': ({ keyFile }) => readFileSync(keyFile),
  'openssl PKCS#8, with certificates around it': withCertificates(({ keyFile }) => readFileSync(keyFile)),
  'openssl PKCS#8 DER': topk8('-nocrypt', '-outform', 'DER'),
  'openssl encrypted PKCS#8': withCertificates(topk8()),
  'openssl encrypted PKCS#8 DER': topk8('-outform', 'DER'),
  'openssl PBES2 AES-128, SHA-1': topk8('-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1'),
  'openssl PBES2 AES-192, SHA-512': topk8('-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA512', '-iter', '100000'),
  'openssl PBES2 triple DES': topk8('-v2', 'des3'),
  'openssl scrypt': topk8('-scrypt'),
  'openssl PKCS#12 cipher in PKCS#8': topk8('-v1', 'PBE-SHA1-3DES'),
  'openssl SEC1 or PKCS#1': traditional(),
  'openssl SEC1 or PKCS#1 DER': traditional('-outform', 'DER'),
  'openssl old encrypted PEM, AES': withCertificates(traditional('-aes256')),
  'openssl old encrypted PEM, triple DES': traditional('-des3'),
  'openssl p12': opensslP12(),
  'openssl p12 with many rounds': opensslP12('-iter', '200000'),
  'openssl p12 of old': opensslP12('-legacy'),
  'openssl p12, RC2-128 and 3DES': opensslP12('-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-2DES'),
  'openssl p12 without MAC': opensslP12('-nomac'),
  'openssl p12, MAC with SHA-512': opensslP12('-macalg', 'sha512'),
  'openssl p12, nothing encrypted': opensslP12('-keypbe', 'NONE', '-certpbe', 'NONE'),
  'certtool PKCS#8': (material) => certtoolWrites(material, '--to-p8', '--pkcs-cipher=aes-256'),
  'certtool PKCS#8, 3des-pkcs12': (material) =>
    certtoolWrites(material, '--to-p8', '--outder', '--pkcs-cipher=3des-pkcs12'),
  'certtool p12': certtoolP12(),
  'certtool p12, triple DES': certtoolP12('--pkcs-cipher=3des-pkcs12'),
};
const unlocked = ['openssl PKCS#8', 'openssl PKCS#8 DER', 'openssl SEC1 or PKCS#1', 'openssl SEC1 or PKCS#1 DER'];

const ofEachKind = [
  ...unlocked,
  'openssl encrypted PKCS#8',
  'openssl old encrypted PEM, AES',
  'openssl p12',
  'certtool PKCS#8',
];

function newMaterial(t: TestContext, keyType: 'P-256' | 'P-384' | 'RSA-2048'): Material {
  const make = outsideCas(t);
  const folder = scratch(t);
  const root = make({ name: 'Outside Root' });
  const keyFile = newKeyFile(folder('key'), keyType);
  const own = make({ name: 'Existing CA', by: root, keyFile });
  return { folder, keyFile, certificateFile: own.certificateFile, rootFile: root.certificateFile };
}

for (const keyType of ['P-256', 'P-384', 'RSA-2048'] as const) {
  test(`${keyType}: every form that OpenSSL and GnuTLS write is read`, async (t) => {
    if (!needTools(t, 'openssl', 'certtool')) return;
    const material = newMaterial(t, keyType);
    const wanted = mustOpenssl(['pkey', '-in', material.keyFile, '-pubout']);
    const both = [material.certificateFile, material.rootFile].map((path) => mustOpenssl(['x509', '-in', path])).sort();
    const dear = (name: string) => name.startsWith('certtool p12, ');
    for (const [name, way] of Object.entries(ways)) {
      // What opens a file does not depend on the key in it, so the other types go through one form of each kind.
      if (keyType !== 'P-256' && !ofEachKind.includes(name)) continue;
      const content = way(material);
      const { privateKey, certificates } = await readCaFile(content, passphrase);
      assert.equal(publicOf(privateKey), wanted, name);
      const pems = certificates.map((der) => pemOf('CERTIFICATE', der)).sort();
      const expected = /p12|with certificates|encrypted PKCS#8$|old encrypted PEM, AES/.test(name) ? both : [];
      assert.deepEqual(pems, expected, name);
      const open = unlocked.includes(name) || name === 'openssl PKCS#8, with certificates around it';
      if (open) assert.equal(publicOf((await readCaFile(content, '')).privateKey), wanted);
      else if (keyType === 'P-256' && !dear(name))
        await assert.rejects(readCaFile(content, 'wrong horse battery'), withCode('ca.wrongPassphrase'), name);
    }
  });
}

test('PKCS#12 with an empty passphrase, with none, with one beyond ASCII, and typed in two pieces', async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const { folder, keyFile, certificateFile } = newMaterial(t, 'P-256');
  const wanted = mustOpenssl(['pkey', '-in', keyFile, '-pubout']);
  const export_ = (...args: string[]) => {
    mustOpenssl(['pkcs12', '-export', '-inkey', keyFile, '-in', certificateFile, ...args, '-out', folder('p12')]);
    return readFileSync(folder('p12'));
  };
  const opened = async (content: Uint8Array, word: string) => publicOf((await readCaFile(content, word)).privateKey);
  assert.equal(await opened(export_('-passout', 'pass:'), ''), wanted);
  const nobody = ['--to-p12', '--load-privkey', keyFile, '--load-certificate', certificateFile, '--p12-name', 'x'];
  assert.ok(certtool([...nobody, '--null-password', '--outder', '--outfile', folder('null')]).ok);
  assert.equal(await opened(readFileSync(folder('null')), ''), wanted);
  const word = 'Straße, été 🔑 2030';
  for (const legacy of [[], ['-legacy']]) {
    const content = export_(...legacy, '-passout', `file:${folder('pass', `${word}\n`)}`);
    assert.equal(await opened(content, word), wanted);
    assert.equal(await opened(content, word.normalize('NFD')), wanted, 'composed on another keyboard');
  }
  assert.equal(await opened(inBer(export_('-passout', pass)), passphrase), wanted, 'BER');
});

/** The outermost lengths left open and its octets in pieces, as Windows and Firefox do (X.690 §8.1.3.6, §8.7.3). */
function inBer(der: Buffer): Buffer {
  const parse = (at: number) => {
    const first = der[at + 1]!;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const length = octets === 0 ? first : der.readUIntBE(at + 2, octets);
    return { start: at + 2 + octets, end: at + 2 + octets + length };
  };
  const whole = parse(0);
  const version = parse(whole.start);
  const safe = parse(version.end);
  const type = parse(safe.start);
  const explicit = parse(type.end);
  const octets = parse(explicit.start);
  const content = der.subarray(octets.start, octets.end);
  const piece = (bytes: Buffer) =>
    Buffer.concat([Buffer.from([0x04, 0x82, bytes.length >> 8, bytes.length & 0xff]), bytes]);
  const open = (tag: number, ...parts: Buffer[]) =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.alloc(2)]);
  const pieces = open(0x24, piece(content.subarray(0, 300)), piece(content.subarray(300)));
  const info = open(0x30, der.subarray(safe.start, type.end), open(0xa0, pieces));
  return open(0x30, der.subarray(whole.start, version.end), info, der.subarray(safe.end, whole.end));
}

test('files that hold no key, several, a weak or a foreign one, or one whose halves differ, are refused', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const material = newMaterial(t, 'P-256');
  const { folder, keyFile, certificateFile } = material;
  const key = readFileSync(keyFile);
  const refused = (reason: string, content: Uint8Array | string) =>
    assert.rejects(readCaFile(Buffer.from(content), passphrase), badFor(reason), reason);
  await refused('noKey', readFileSync(certificateFile));
  await refused('unreadable', mustOpenssl(['x509', '-in', certificateFile, '-pubkey', '-noout']).slice(0, 40));
  mustOpenssl(['pkcs12', '-export', '-nokeys', '-in', certificateFile, '-passout', pass, '-out', folder('nokeys')]);
  await refused('noKey', readFileSync(folder('nokeys')));
  mustOpenssl(['x509', '-in', certificateFile, '-outform', 'DER', '-out', folder('der')]);
  await assert.rejects(readCaFile(readFileSync(folder('der')), ''), withCode('ca.badKeyFile'));
  await refused('severalKeys', Buffer.concat([key, key]));
  await refused('weakKey', readFileSync(newKeyFile(folder('weak'), 'RSA-1024')));
  await refused('unsupported', readFileSync(newKeyFile(folder('curve'), 'secp256k1')));
  mustOpenssl(['genpkey', '-algorithm', 'ED25519', '-out', folder('ed')]);
  await refused('unsupported', readFileSync(folder('ed')));
  await refused('unsupported', '-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n');
  mustOpenssl([
    'ecparam',
    '-name',
    'prime256v1',
    '-genkey',
    '-noout',
    '-param_enc',
    'explicit',
    '-out',
    folder('explicit'),
  ]);
  await refused('unsupported', readFileSync(folder('explicit')));
  await refused('unsupported', opensslP12('-legacy', '-keypbe', 'PBE-SHA1-RC4-128')(material));
  await refused('unreadable', '');
  await refused('unreadable', 'hello');
  await refused('unreadable', key.subarray(0, 100));
  await refused('unreadable', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  await refused('tooLarge', Buffer.alloc(300_001, 0x30));
  const [one, two] = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ];
  const [mine, theirs] = [one, two].map(({ privateKey }) => privateKey.export({ type: 'sec1', format: 'der' })) as [
    Buffer,
    Buffer,
  ];
  await refused('unreadable', Buffer.concat([mine.subarray(0, -65), theirs.subarray(-65)]));
});

test('what one file may ask for is counted over all its parts', () => {
  const budget = newBudget();
  budget.spend(79_999_999);
  budget.spend(1);
  assert.throws(() => budget.spend(1), badFor('tooManyRounds'));
  newBudget().spend(80_000_000);
});

test('a file that asks for minutes of work is told so at once', async () => {
  const refusedAtOnce = async (what: string, content: Uint8Array) => {
    const since = performance.now();
    await assert.rejects(readCaFile(content, passphrase), badFor('tooManyRounds'), what);
    assert.ok(performance.now() - since < 500, what);
  };
  const encrypted = (derivation: Asn1) => {
    const cipher = sequence(oid(oids.aes256Cbc), octetString(new Uint8Array(16)));
    const scheme = sequence(oid(oids.pbes2), sequence(derivation, cipher));
    return encode(sequence(scheme, octetString(new Uint8Array(160))));
  };
  const salt = octetString(new Uint8Array(16));
  const pbkdf2 = (rounds: number) =>
    encrypted(sequence(oid(oids.pbkdf2), sequence(salt, integer(rounds), sequence(oid(oids.hmacWithSHA256)))));
  await assert.rejects(
    readCaFile(pbkdf2(2048), passphrase),
    withCode('ca.wrongPassphrase'),
    'but for the rounds it is one',
  );
  await refusedAtOnce('PBKDF2', pbkdf2(80_000_001));
  await refusedAtOnce('PBKDF2, all there are', pbkdf2(0xffffffff));
  const scrypt = (...numbers: number[]) =>
    encrypted(sequence(oid('1.3.6.1.4.1.11591.4.11'), sequence(salt, ...numbers.map(integer))));
  await assert.rejects(readCaFile(scrypt(16384, 8, 1), passphrase), withCode('ca.wrongPassphrase'));
  await refusedAtOnce('scrypt, memory', scrypt(2 ** 20, 8, 1));
  await refusedAtOnce('scrypt, work', scrypt(16384, 8, 1000));
  await refusedAtOnce('scrypt, odd', scrypt(1000, 8, 1));
  await refusedAtOnce('scrypt, no work', scrypt(1, 8, 1));
  // 128 × N × r and 128 × r × p octets, together 32 MiB at most.
  await assert.rejects(readCaFile(scrypt(2, 8, 32_766), passphrase), withCode('ca.wrongPassphrase'));
  await refusedAtOnce('scrypt, one too many', scrypt(2, 8, 32_767));
  const old = (rounds: number) => {
    const scheme = sequence(oid('1.2.840.113549.1.12.1.3'), sequence(salt, integer(rounds)));
    return encode(sequence(scheme, octetString(new Uint8Array(160))));
  };
  await assert.rejects(readCaFile(old(2048), passphrase), withCode('ca.wrongPassphrase'));
  await refusedAtOnce('old ciphers', old(30_000_000));
  const withMac = (rounds: number) => {
    const safes = sequence(oid(oids.data), explicit(0, octetString(encode(sequence()))));
    const digest = sequence(sequence(oid(oids.sha256)), octetString(new Uint8Array(32)));
    return encode(sequence(integer(3), safes, sequence(digest, salt, integer(rounds))));
  };
  await assert.rejects(readCaFile(withMac(2048), passphrase), withCode('ca.wrongPassphrase'));
  await refusedAtOnce('MAC', withMac(30_000_000));
});

test('no file whatever makes it fail otherwise than by name', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const material = newMaterial(t, 'P-256');
  const kinds = ['openssl encrypted PKCS#8 DER', 'openssl p12', 'openssl p12 of old', 'openssl p12 without MAC'];
  const more = ['openssl scrypt', 'openssl old encrypted PEM, AES', 'openssl SEC1 or PKCS#1 DER'];
  const plain = ['openssl p12, nothing encrypted', 'openssl PKCS#8, with certificates around it'];
  const corpus = [...kinds, ...more, ...plain].map((name) => Buffer.from(ways[name]!(material)));
  const wanted = mustOpenssl(['pkey', '-in', material.keyFile, '-pubout']);
  const outcomes = new Map<string, number>();
  const attempt = async (content: Uint8Array) => {
    const since = performance.now();
    let outcome = 'read';
    try {
      assert.equal(publicOf((await readCaFile(content, passphrase)).privateKey), wanted);
    } catch (error) {
      assert.ok(error instanceof StationError, String((error as Error).stack));
      assert.ok(['ca.badKeyFile', 'ca.wrongPassphrase'].includes(error.code), error.code);
      assert.ok(!error.detail.includes(passphrase));
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    assert.ok(performance.now() - since < 20_000, 'bounded');
  };
  const edit = fc.record({
    at: fc.nat(4000),
    value: fc.nat(255),
    kind: fc.constantFrom('set', 'insert', 'remove', 'cut'),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...corpus), fc.array(edit, { maxLength: 3 }), (content, edits) => {
      const bytes = [...content];
      for (const { at, value, kind } of edits) {
        const position = at % Math.max(1, bytes.length);
        if (kind === 'cut' && value < 32) bytes.length = position;
        else if (kind === 'set' || kind === 'cut') bytes[position] = value;
        else bytes.splice(position, kind === 'remove' ? 1 : 0, ...(kind === 'insert' ? [value] : []));
      }
      return attempt(Buffer.from(bytes));
    }),
    { numRuns: 150 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom('30', '3080020103', '30820100020103', ''),
      (rest, start) => attempt(Buffer.concat([Buffer.from(start, 'hex'), rest])),
    ),
    { numRuns: 100 },
  );
  await attempt(Buffer.from('3080'.repeat(50_000), 'hex'));
  await attempt(Buffer.from(`3080020103${'3080'.repeat(50_000)}`, 'hex'));
  await attempt(Buffer.from('-----BEGIN A-----\n'.repeat(10_000)));
  await attempt(Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'.repeat(4000)));
  assert.ok(
    (outcomes.get('read') ?? 0) > 5 && (outcomes.get('ca.wrongPassphrase') ?? 0) > 5,
    JSON.stringify([...outcomes]),
  );
});

for (const keyType of ['P-256', 'RSA-2048'] as const) {
  test(`${keyType}: what is exported, OpenSSL, GnuTLS and this station open again`, async (t) => {
    if (!needTools(t, 'openssl', 'certtool')) return;
    const privateKey = await newCaKeyPair(keyType);
    const names = { commonName: 'Line 4 Root CA', organisation: 'Tømmer & Co', practice: false };
    const own = await makeRootCertificate({ ...names, years: 20, key: softwareKey(privateKey), now });
    const other = softwareKey(await newCaKeyPair('P-256'));
    const above = await makeRootCertificate({ ...names, commonName: 'Above', years: 20, key: other, now });
    const terms = { privateKey, certificates: [own, above], friendlyName: 'Line 4 Røøt', passphrase };
    const p12 = Buffer.from(await writeP12(terms));
    const file = scratch(t);
    const secret = ['-passin', `file:${file('pass', `${passphrase}\n`)}`];
    const keyOnly = mustOpenssl(['pkcs12', '-in', file('p12', p12), ...secret, '-nodes', '-nocerts']);
    assert.match(keyOnly, /friendlyName: Line 4 R/);
    assert.equal(mustOpenssl(['pkey', '-pubout'], keyOnly), publicOf(privateKey));
    const shown = openssl(['pkcs12', '-in', file('p12'), ...secret, '-info', '-noout']).output;
    assert.match(shown, /MAC: sha256, Iteration 600000/);
    assert.match(shown, /PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256/);
    const clientOnly = mustOpenssl(['pkcs12', '-in', file('p12'), ...secret, '-nokeys', '-clcerts']);
    assert.ok(clientOnly.includes(pemOf('CERTIFICATE', own)), "the key's certificate is known as such");
    assert.ok(!clientOnly.includes(pemOf('CERTIFICATE', above)));
    const gnutls = certtool(['--p12-info', '--inder', '--infile', file('p12'), '--password', passphrase]);
    assert.ok(gnutls.ok && /MAC info:[\s\S]*SHA256[\s\S]*PRIVATE KEY/.test(gnutls.output), gnutls.output);
    assert.equal(openssl(['pkcs12', '-in', file('p12'), '-passin', 'pass:wrong', '-noout']).ok, false);

    const back = await readExport(p12.toString('base64'), passphrase);
    assert.equal(publicOf(back.privateKey), publicOf(privateKey));
    assert.deepEqual(back.certificates.map(digest), [own, above].map(digest));
    const pem = await encryptKey(privateKey, passphrase);
    const again = await readExport(Buffer.from(pem).toString('base64'), passphrase);
    assert.equal(publicOf(again.privateKey), publicOf(privateKey));
    for (const content of [p12.toString('base64'), Buffer.from(pem).toString('base64')])
      await assert.rejects(readExport(content, 'another passphrase'), withCode('ca.wrongPassphrase'));
    await assert.rejects(writeP12({ ...terms, passphrase: 'too short' }), withCode('ca.weakPassphrase'));
  });
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('an export with a passphrase beyond ASCII opens everywhere; without a certificate it is a key alone', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const word = 'Straße été 2030 🔑';
  const privateKey = await newCaKeyPair('P-256');
  const p12 = await writeP12({ privateKey, certificates: [], friendlyName: 'x', passphrase: word.normalize('NFD') });
  const file = scratch(t);
  const secret = ['-passin', `file:${file('pass', `${word.normalize('NFC')}\n`)}`];
  const opened = mustOpenssl(['pkcs12', '-in', file('p12', p12), ...secret, '-nodes']);
  assert.equal(mustOpenssl(['pkey', '-pubout'], opened), publicOf(privateKey));
  const { certificates } = await readExport(Buffer.from(p12).toString('base64'), word);
  assert.deepEqual(certificates, []);
});
