/** CA keys in a token (SoftHSM2); openssl judges the signatures, opensc's pkcs11-tool what the token says of the keys. */
// By itself: the module of a token reads its environment in the process.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CaKey } from '../../app/ca/index.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '../../app/ca/x509/algorithm.ts';
import { type CaKeyType, caKeyType, custody, newCustody } from '../../app/contract/authority.ts';
import { StationError } from '../../app/contract/errors.ts';
import { loadModule, returned } from '../../native/pkcs11.ts';
import { barePoint, findKey } from '../../native/token/objects.ts';
import { findToken } from '../../native/token/slots.ts';
import { refuses } from '../records/support.ts';
import { check, makeHsm, pin, whyNoTokens } from './hsm.ts';

const algorithms = Object.keys(signatureAlgorithms) as SignatureAlgorithm[];
const bytes = (text: string) => new TextEncoder().encode(text);

const missing = whyNoTokens();
if (missing) test('CA keys in tokens', (t) => t.skip(missing));
else describe('CA keys in tokens', () => testTokens());

function testTokens(): void {
  const hsm = makeHsm();
  const tokens = hsm.open();
  const module = hsm.softhsm;

  const serialOf = async (label: string) => {
    const found = (await tokens.list(module)).find((token) => token.label === label);
    assert.ok(found, `${label} is listed`);
    return found.serial;
  };
  const freshToken = async (label: string) => {
    hsm.addToken(label);
    return serialOf(label);
  };
  const makeIn = (tokenSerial: string, keyType: CaKeyType, label = 'Issuing CA', usePin = pin) =>
    tokens.makeKey({ module, tokenSerial, pin: usePin, keyType, label });

  /** openssl's word on a signature. */
  function opensslVerifies(
    key: CaKey,
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    const [publicPem, dataFile, signatureFile] = ['key.pem', 'data', 'signature'].map((name) => join(hsm.folder, name));
    const publicKey = createPublicKey({ key: Buffer.from(key.spkiDer), format: 'der', type: 'spki' });
    writeFileSync(publicPem!, publicKey.export({ format: 'pem', type: 'spki' }));
    writeFileSync(dataFile!, data);
    writeFileSync(signatureFile!, signature);
    const rule = signatureAlgorithms[algorithm];
    const pss =
      'saltLength' in rule ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${rule.saltLength}`] : [];
    try {
      check('openssl', 'dgst', `-${rule.hash}`, ...pss, '-verify', publicPem!, '-signature', signatureFile!, dataFile!);
      return true;
    } catch {
      return false;
    }
  }

  test('every type of key is made there and signs with every algorithm of its family', async () => {
    const serial = await freshToken('kinds');
    for (const keyType of caKeyType.options) {
      const { custody: place, key } = await makeIn(serial, keyType, `CA ${keyType}`);
      assert.deepEqual(custody.parse(place), place);
      assert.deepEqual(
        [place.kind, place.module, place.tokenLabel, place.tokenSerial],
        ['token', module, 'kinds', serial],
      );
      const family = keyType.startsWith('RSA') ? 'RSA' : 'EC';
      for (const algorithm of algorithms.filter((name) => signatureAlgorithms[name].family === family)) {
        const data = bytes(`${keyType} ${algorithm}`);
        const signature = await key.sign(algorithm, data);
        assert.ok(opensslVerifies(key, algorithm, data, signature), `${keyType} ${algorithm}`);
        assert.ok(!opensslVerifies(key, algorithm, bytes('other'), signature), 'openssl can say no');
      }
      key.close();
      await assert.rejects(key.sign('ecdsa-with-SHA256', bytes('x')), refuses('ca.locked'));
    }
    const [token] = (await tokens.list(module)).filter(({ label }) => label === 'kinds');
    assert.deepEqual(
      token?.keys.map(({ label, keyType }) => `${label}: ${keyType}`).sort(),
      [...caKeyType.options.map((keyType) => `CA ${keyType}: ${keyType}`)].sort(),
    );
    assert.deepEqual([token?.manufacturer, token?.initialized, token?.pin], ['SoftHSM project', true, 'ok']);
  });

  test('a key never leaves its token, say pkcs11-tool and two attempts', async () => {
    const serial = await freshToken('kept');
    for (const keyType of ['P-256', 'RSA-2048'] as const) {
      const { custody: place, key } = await makeIn(serial, keyType);
      key.close();
      await tokens.list(module); // after it, the thread has left the module to this one
      const listed = hsm.tool('kept', '--list-objects', '--type', 'privkey', '--id', place.keyIdHex).stdout;
      assert.match(listed, /Usage:\s+sign\s*$/m, 'and does nothing but sign');
      assert.match(listed, /Access:\s+sensitive, always sensitive, never extract\w*, local/);
      assert.deepEqual(attempts(serial, place.keyIdHex), ['CKR_ATTRIBUTE_SENSITIVE', 'CKR_KEY_UNEXTRACTABLE']);
    }
    hsm.tool('kept', '--keypairgen', '--key-type', 'EC:prime256v1', '--id', '0e', '--extractable');
    assert.deepEqual(
      attempts(serial, '0e'),
      ['CKR_ATTRIBUTE_SENSITIVE', 'it is out'],
      'the second attempt can succeed',
    );
  });

  /** What comes of reading a private key, and of wrapping it with a key that is known. */
  function attempts(serial: string, keyIdHex: string): string[] {
    const loaded = loadModule(module);
    const { calls, ck } = loaded;
    calls.C_Initialize();
    try {
      const token = findToken(loaded, serial);
      const session = calls.C_OpenSession(token!.slot, ck.CKF_SERIAL_SESSION | ck.CKF_RW_SESSION);
      calls.C_Login(session, ck.CKU_USER, pin);
      const key = findKey(loaded, session, ck.CKO_PRIVATE_KEY, keyIdHex)!;
      const wrapping = calls.C_GenerateKey(session, { mechanism: ck.CKM_AES_KEY_GEN }, [
        { type: ck.CKA_VALUE_LEN, value: 32 },
        { type: ck.CKA_WRAP, value: true },
      ]);
      const isRsa = calls.C_GetAttributeValue(session, key, [{ type: ck.CKA_KEY_TYPE }])[0]!.value[0] === ck.CKK_RSA;
      const attribute = isRsa ? ck.CKA_PRIVATE_EXPONENT : ck.CKA_VALUE;
      const mechanism = { mechanism: ck.CKM_AES_KEY_WRAP_PAD };
      return [
        () => calls.C_GetAttributeValue(session, key, [{ type: attribute }]),
        () => calls.C_WrapKey(session, mechanism, wrapping, key, Buffer.alloc(4096)),
      ].map((attempt) => {
        try {
          attempt();
          return 'it is out';
        } catch (thrown) {
          return returned(thrown)?.name ?? String(thrown);
        }
      });
    } finally {
      calls.C_Finalize();
    }
  }

  test('a token that makes a key which could leave it is refused, and the key is destroyed', async (t) => {
    hsm.addToken('leaky');
    hsm.setMode('leaky');
    t.after(() => hsm.setMode(''));
    const [token] = (await tokens.list(hsm.moody)).filter(({ label }) => label === 'leaky');
    const request = { module: hsm.moody, tokenSerial: token!.serial, pin, keyType: 'P-256' as const, label: 'x' };
    await assert.rejects(tokens.makeKey(request), (thrown: StationError) => {
      assert.match(thrown.detail, /CKA_EXTRACTABLE/);
      return thrown.code === 'ca.tokenFailed';
    });
    assert.equal(hsm.tool('leaky', '--list-objects').stdout.trim(), '');
  });

  test('a key is opened again by token and CKA_ID, and is the same', async () => {
    const serial = await freshToken('again');
    const { custody: place, key } = await makeIn(serial, 'P-384');
    key.close();
    const opened = await tokens.open(place, pin);
    assert.deepEqual(opened.spkiDer, key.spkiDer);
    const signature = await opened.sign('ecdsa-with-SHA384', bytes('again'));
    assert.ok(opensslVerifies(key, 'ecdsa-with-SHA384', bytes('again'), signature));
    await assert.rejects(tokens.open({ ...place, keyIdHex: 'abcdef' }, pin), refuses('ca.tokenFailed'));
    await assert.rejects(tokens.open({ ...place, tokenSerial: 'no-such' }, pin), refuses('ca.tokenAbsent'));
    assert.equal(await tokens.state(place), 'ok');
    assert.equal(await tokens.state({ ...place, tokenSerial: 'no-such' }), 'absent');
    opened.close();
  });

  test('a key that was made beforehand is taken; one that was outside is not', async () => {
    const serial = await freshToken('taken');
    const made = (id: string, type: string, ...more: string[]) =>
      assert.equal(hsm.tool('taken', '--keypairgen', '--key-type', type, '--id', id, ...more).status, 0);
    made('0a', 'EC:prime256v1', '--sensitive', '--usage-sign');
    // As a YubiKey's slot 9c: the PIN goes with each signature.
    made('0b', 'EC:secp384r1', '--sensitive', '--usage-sign', '--always-auth');
    made('0c', 'EC:prime256v1', '--extractable', '--usage-sign');
    const take = (keyIdHex: string, keyType: CaKeyType) =>
      tokens.makeKey({ module, tokenSerial: serial, pin, keyType, label: 'x', keyIdHex });
    for (const [id, keyType, algorithm] of [
      ['0a', 'P-256', 'ecdsa-with-SHA256'],
      ['0b', 'P-384', 'ecdsa-with-SHA384'],
    ] as const) {
      const { custody: place, key } = await take(id, keyType);
      assert.equal(place.keyIdHex, id);
      for (const text of ['one', 'two'])
        assert.ok(opensslVerifies(key, algorithm, bytes(text), await key.sign(algorithm, bytes(text))));
      key.close();
    }
    await assert.rejects(take('0a', 'P-384'), refuses('ca.unfit'));
    await assert.rejects(take('0c', 'P-256'), refuses('ca.unfit'));
    await assert.rejects(take('0d', 'P-256'), refuses('ca.unfit'));
    assert.match(hsm.tool('taken', '--list-objects', '--type', 'privkey').stdout, /ID:\s+0c/, 'and is left as it is');
    assert.ok(newCustody.safeParse({ kind: 'token', module, tokenSerial: serial, pin, keyIdHex: '0a' }).success);
  });

  test('a wrong PIN is refused, is the token’s to count, and is told to nobody', async () => {
    const serial = await freshToken('pins');
    const secret = '31337-wrong-pin';
    const { custody: place, key } = await makeIn(serial, 'P-256');
    key.close();
    const thrown = await tokens.open(place, secret).catch((error: unknown) => error);
    assert.ok(thrown instanceof StationError);
    // SoftHSM warns after one wrong PIN, and never locks.
    assert.deepEqual([thrown.code, thrown.data], ['ca.wrongPin', { pin: 'countLow' }]);
    assert.equal(await tokens.state(place), 'countLow');
    const told = [JSON.stringify(thrown), thrown.stack, (thrown.cause as Error).stack].join();
    assert.ok(!told.includes(secret) && !told.includes(pin));
    await assert.rejects(makeIn(serial, 'P-256', 'x', ''), refuses('ca.wrongPin'));
    const opened = await tokens.open(place, pin);
    assert.equal(await tokens.state(place), 'ok', 'the right one ends the count');
    opened.close();
  });

  test('two CAs on one token: each needs the PIN, and closing one leaves the other open', async () => {
    const serial = await freshToken('two');
    const first = await makeIn(serial, 'P-256', 'first');
    await assert.rejects(makeIn(serial, 'P-256', 'x', 'guessed-pin'), refuses('ca.wrongPin'));
    const second = await makeIn(serial, 'RSA-2048', 'second');
    await assert.rejects(tokens.open(first.custody, 'guessed-pin'), refuses('ca.wrongPin'));
    first.key.close();
    first.key.close();
    const data = bytes('still open');
    const signature = await second.key.sign('rsassaPss-SHA256', data);
    assert.ok(opensslVerifies(second.key, 'rsassaPss-SHA256', data, signature));
    second.key.close();
    // Logged out with the last: the wrong PIN reaches the token again.
    await assert.rejects(tokens.open(first.custody, 'guessed-pin'), refuses('ca.wrongPin', { pin: 'countLow' }));
    (await tokens.open(first.custody, pin)).close();
  });

  test('a PIN cannot be guessed at a token that is open: the third wrong one closes its keys', async () => {
    const { custody: place, key } = await makeIn(await freshToken('guessed'), 'P-256');
    const guess = () => assert.rejects(tokens.open(place, 'guessed-pin'), refuses('ca.wrongPin'));
    await guess();
    await guess();
    (await tokens.open(place, pin)).close();
    await guess();
    await guess();
    assert.ok((await key.sign('ecdsa-with-SHA256', bytes('x'))).length > 0, 'the right one ends the count');
    await guess();
    await assert.rejects(key.sign('ecdsa-with-SHA256', bytes('x')), refuses('ca.locked'));
    assert.equal(key.state(), 'closed');
    (await tokens.open(place, pin)).close();
  });

  test('a key needs the family of its algorithm; afterwards it still signs', async () => {
    const { key } = await makeIn(await freshToken('family'), 'P-256');
    await assert.rejects(key.sign('sha256WithRSAEncryption', bytes('x')), refuses('ca.tokenFailed'));
    assert.equal(key.state(), 'ready');
    const signature = await key.sign('ecdsa-with-SHA256', bytes('x'));
    assert.ok(opensslVerifies(key, 'ecdsa-with-SHA256', bytes('x'), signature));
    key.close();
  });

  test('tokens that are new, without a PIN or not initialised are listed as what they are', async () => {
    hsm.addToken('plugged in later');
    const listed = await tokens.list(module);
    assert.ok(listed.some(({ label, keys }) => label === 'plugged in later' && keys.length === 0));
    assert.ok(listed.some(({ initialized, pin }) => !initialized && pin === 'notSet'));
  });

  test('modules: those in their usual places are found; what is none is refused', async () => {
    assert.ok((await tokens.modules()).includes(module));
    const none = join(hsm.folder, 'none.so');
    await assert.rejects(tokens.list(none), refuses('ca.noTokens'));
    writeFileSync(none, 'not a library');
    await assert.rejects(tokens.list(none), refuses('ca.noTokens'));
    await assert.rejects(tokens.list('libsofthsm2.so'), refuses('ca.noTokens'));
  });
}

test('the point of an EC key is read with its OCTET STRING around it, and bare', () => {
  for (const octets of [32, 48, 66]) {
    const bare = Buffer.from([4, ...new Uint8Array(2 * octets).fill(4)]);
    const header = bare.length < 0x80 ? [4, bare.length] : [4, 0x81, bare.length];
    assert.deepEqual(barePoint(bare, octets), bare);
    assert.deepEqual(barePoint(Buffer.from([...header, ...bare]), octets), bare);
    for (const wrong of [bare.subarray(1), Buffer.from([5, ...header.slice(1), ...bare]), Buffer.from([0, ...bare])])
      assert.equal(barePoint(wrong, octets), undefined);
  }
});
