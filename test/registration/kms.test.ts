/** CA keys in the practice KMS: OpenSSL judges the signatures and a certificate, the faults are the practice AWS's. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { type ClientRequest, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import {
  DescribeKeyCommand,
  DisableKeyCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { encode } from '../../app/ca/asn1/der.ts';
import { assemble, type CaKey, createSigner, issuerFrom, type KeyService, newSerial } from '../../app/ca/index.ts';
import { algorithmFor, keyIdentifier } from '../../app/ca/keys/publickey.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '../../app/ca/x509/algorithm.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
} from '../../app/ca/x509/extension.ts';
import { encodeName } from '../../app/ca/x509/name.ts';
import { encodeTbs } from '../../app/ca/x509/tbs.ts';
import { type CaKeyType, caKeyType, custody as custodyForm } from '../../app/contract/authority.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { createKeyService, type KeyServiceOptions } from '../../app/registration/index.ts';
import { issue, makeCsr, now, openssl, scratch, testCa } from '../ca/support.ts';
import { kmsClient, practice } from '../practice/support.ts';

type Made = Awaited<ReturnType<KeyService['makeKey']>>;

function serviceOf(t: TestContext, options: KeyServiceOptions): KeyService {
  const service = createKeyService(options);
  t.after(() => service.close());
  return service;
}

/** A practice AWS, a service with its credentials, and a way to make keys there. */
async function bench(t: TestContext, options: KeyServiceOptions = {}) {
  const aws = await practice(t);
  const service = serviceOf(t, { credentials: aws.credentials, ...options });
  const place = { region: aws.region, endpointUrl: aws.endpoint };
  const make = (keyType: CaKeyType = 'P-256', keyArn?: string, over: Partial<typeof place> = {}): Promise<Made> =>
    service.makeKey({ ...place, ...over, keyType, label: 'Line 4 & Co Root CA', ...(keyArn && { keyArn }) });
  return { aws, service, make, kms: kmsClient(t, aws) };
}

const failure =
  (code: ErrorCode, data: Record<string, unknown> = {}) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof StationError, String(error));
    assert.equal(error.code, code, error.detail);
    assert.partialDeepStrictEqual(error.data ?? {}, data);
    return true;
  };

const algorithms = Object.keys(signatureAlgorithms) as SignatureAlgorithm[];
const curves: Partial<Record<CaKeyType, SignatureAlgorithm>> = {
  'P-256': 'ecdsa-with-SHA256',
  'P-384': 'ecdsa-with-SHA384',
  'P-521': 'ecdsa-with-SHA512',
};
const fits = (keyType: CaKeyType, algorithm: SignatureAlgorithm) =>
  keyType in curves ? curves[keyType] === algorithm : signatureAlgorithms[algorithm].family === 'RSA';

suite('signatures', () => {
  for (const keyType of caKeyType.options) {
    test(`a ${keyType} key signs with every algorithm that fits, and OpenSSL verifies`, async (t) => {
      const { make, aws } = await bench(t);
      const { key, custody } = await make(keyType);
      assert.deepEqual(custodyForm.parse(custody), custody);
      const data = Buffer.from('to be signed');
      const file = scratch(t);
      file('key.der', key.spkiDer);
      file('data', data);
      for (const algorithm of algorithms.filter((one) => fits(keyType, one))) {
        file('signature', await key.sign(algorithm, data));
        const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'];
        const verified = openssl([
          ...['dgst', `-${signatureAlgorithms[algorithm].hash}`, '-keyform', 'DER', '-verify', file('key.der')],
          ...(algorithm.startsWith('rsassaPss') ? pss : []),
          ...['-signature', file('signature'), file('data')],
        ]);
        assert.match(verified.output, /Verified OK/, algorithm);
      }
      // What does not fit never leaves the station: there it would be denied.
      aws.setFault({ kind: 'deny', operation: 'Sign' });
      for (const algorithm of algorithms.filter((one) => !fits(keyType, one))) {
        await assert.rejects(key.sign(algorithm, data), failure('ca.signFailed', { keyType, algorithm }));
      }
    });
  }

  test('a certificate of a CA in KMS, by OpenSSL', async (t) => {
    const { make } = await bench(t);
    for (const keyType of ['P-256', 'P-384', 'RSA-2048'] as const) {
      const { key } = await make(keyType);
      const rootDer = await selfSigned(key, keyType);
      const issuer = issuerFrom(rootDer);
      const ca = { ...(await testCa()), issuer, signer: createSigner(key, issuer) };
      const { certificateDer } = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca);
      const file = scratch(t);
      const root = file('root.pem', new X509Certificate(rootDer).toString());
      const leaf = file('leaf.pem', new X509Certificate(certificateDer).toString());
      const verified = openssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', root, leaf]);
      assert.ok(verified.ok, verified.output);
    }
  });
});

/** A root with this key, as a station makes one. */
async function selfSigned(key: CaKey, keyType: CaKeyType): Promise<Uint8Array> {
  const algorithm = algorithmFor(keyType);
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const tbsDer = encodeTbs({
    serialHex: newSerial(),
    algorithm,
    issuerDer: encode(encodeName([['commonName', 'KMS Root CA']])),
    notBefore: new Date(second - 24 * 3600 * 1000),
    notAfter: new Date(second + 365 * 24 * 3600 * 1000),
    subject: encodeName([['commonName', 'KMS Root CA']]),
    spkiDer: key.spkiDer,
    extensions: [
      basicConstraints({ pathLength: 0 }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(key.spkiDer)),
      authorityKeyIdentifier(keyIdentifier(key.spkiDer)),
    ],
  });
  return assemble(tbsDer, algorithm, await key.sign(algorithm, tbsDer));
}

suite('keys', () => {
  test('a new key says what it is for, and is opened again by its custody alone', async (t) => {
    const { make, service, kms } = await bench(t);
    const { custody, key } = await make();
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: custody.keyArn }));
    assert.equal(KeyMetadata?.Description, 'Birthmark CA key: Line 4 & Co Root CA');
    const again = await service.open(custody);
    assert.deepEqual(again.spkiDer, key.spkiDer);
    assert.equal(again.state(), 'ready');
  });

  test('a key that is there is taken, if it fits', async (t) => {
    const { make, kms } = await bench(t);
    const { custody, key } = await make('P-384');
    const taken = await make('P-384', custody.keyArn);
    assert.deepEqual([taken.custody, taken.key.spkiDer], [custody, key.spkiDer]);
    assert.equal((await kms.send(new ListKeysCommand({}))).Keys?.length, 1);
    const unfit = failure('ca.unfit', { keyArn: custody.keyArn });
    await assert.rejects(make('P-256', custody.keyArn), unfit);
    await assert.rejects(make('P-384', custody.keyArn, { region: 'eu-west-1' }), unfit);
    await assert.rejects(make('P-384', `${custody.keyArn}0`), failure('ca.unfit'));
    await kms.send(new DisableKeyCommand({ KeyId: custody.keyArn }));
    await assert.rejects(make('P-384', custody.keyArn), unfit);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: custody.keyArn }));
    await assert.rejects(make('P-384', custody.keyArn), unfit);
  });

  test('a key that the station lives by and that is disabled or gone is missing', async (t) => {
    const { make, service, kms } = await bench(t);
    const { custody, key } = await make();
    const { keyArn } = custody;
    await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    const sign = () => key.sign('ecdsa-with-SHA256', Buffer.from('x'));
    await assert.rejects(sign(), failure('ca.missing', { awsError: 'DisabledException', keyArn }));
    await assert.rejects(service.open(custody), failure('ca.missing', { awsError: 'DisabledException', keyArn }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyArn }));
    await assert.rejects(sign(), failure('ca.missing', { awsError: 'KMSInvalidStateException' }));
    const gone = { ...custody, keyArn: `${keyArn}0` };
    await assert.rejects(service.open(gone), failure('ca.missing', { awsError: 'NotFoundException' }));
  });

  test('a new key that is not known everywhere yet is waited for', async (t) => {
    const { make, aws } = await bench(t);
    aws.setFault({ kind: 'refuse', name: 'NotFoundException', times: 2, operation: 'GetPublicKey' });
    aws.setFault({ kind: 'refuse', name: 'NotFoundException', times: 1, operation: 'Sign' });
    const { key } = await make();
    await key.sign('ecdsa-with-SHA256', Buffer.from('x'));
  });

  test('when the answer to making a key is lost, no second one is made and the error says where to look', async (t) => {
    const { make, aws, kms } = await bench(t);
    aws.setFault({ kind: 'hangup', when: 'after', times: 9, operation: 'CreateKey' });
    await assert.rejects(make(), (error: StationError) => {
      assert.match(error.detail, /birthmark = Line 4 - Co Root CA/);
      return failure('cloud.unreachable')(error);
    });
    assert.equal((await kms.send(new ListKeysCommand({}))).Keys?.length, 1);
  });

  test('a key that was made but cannot be read is named, to go on with', async (t) => {
    const { make, aws } = await bench(t);
    aws.setFault({ kind: 'deny', operation: 'GetPublicKey' });
    const error = await make().catch((thrown: unknown) => thrown);
    assert.ok(failure('cloud.denied')(error));
    const { keyArn } = (error as StationError).data ?? {};
    aws.setFault(null);
    assert.equal((await make('P-256', String(keyArn))).custody.keyArn, keyArn);
  });
});

suite('address', () => {
  // https://docs.aws.amazon.com/general/latest/gr/kms.html; China: docs.amazonaws.cn, "Endpoints and ARNs for AWS in China".
  const documented = [
    ['eu-central-1', 'https://kms.eu-central-1.amazonaws.com'],
    ['us-gov-west-1', 'https://kms.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://kms.cn-north-1.amazonaws.com.cn'],
  ] as const;
  for (const [region, endpoint] of documented) {
    test(`a key in ${region} is asked for at ${endpoint}, unless told otherwise`, async (t) => {
      // No test leaves this computer.
      t.mock.method(dns, 'lookup', ((host, _options, done) => {
        lookedUp.add(host);
        done(Object.assign(new Error('not looked up'), { code: 'ENOTFOUND' }), []);
      }) as (host: string, options: object, done: (error: Error, found: []) => void) => void);
      const asked: string[] = [];
      const lookedUp = new Set<string>();
      const onRequest = (message: unknown) => {
        const { request } = message as { request: ClientRequest };
        asked.push(`${request.protocol}//${request.getHeader('host')}`);
      };
      subscribe('http.client.request.created', onRequest);
      t.after(() => unsubscribe('http.client.request.created', onRequest));
      const service = serviceOf(t, { credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' } });
      const asking = service.makeKey({ region, keyType: 'P-256', label: 'Root CA' });
      await assert.rejects(asking, failure('cloud.unreachable'));
      assert.deepEqual([asked, [...lookedUp]], [[endpoint], [new URL(endpoint).host]]);
    });
  }
});

suite('errors', () => {
  const faults = [
    [{ kind: 'throttle', times: 9 }, 'cloud.throttled'],
    [{ kind: 'error', status: 500, times: 9 }, 'cloud.unreachable'],
    [{ kind: 'error', status: 503, times: 9 }, 'cloud.unreachable'],
    [{ kind: 'hangup', when: 'before', times: 9 }, 'cloud.unreachable'],
    [{ kind: 'deny', operation: 'Sign' }, 'cloud.denied'],
    [{ kind: 'refuse', name: 'KeyUnavailableException', times: 9, operation: 'Sign' }, 'cloud.unreachable'],
    [{ kind: 'refuse', name: 'LimitExceededException', times: 9, operation: 'Sign' }, 'cloud.refused'],
  ] as const;
  for (const [fault, code] of faults) {
    test(`${JSON.stringify(fault)} → ${code}`, async (t) => {
      const { make, aws } = await bench(t);
      const { key } = await make();
      aws.setFault(fault);
      await assert.rejects(key.sign('ecdsa-with-SHA256', Buffer.from('x')), failure(code));
      aws.setFault(null);
      await key.sign('ecdsa-with-SHA256', Buffer.from('x'));
    });
  }

  test('what passes by itself is borne', async (t) => {
    const { make, aws } = await bench(t);
    const { key } = await make();
    aws.setFault({ kind: 'throttle', times: 1 });
    aws.setFault({ kind: 'hangup', when: 'after', times: 1 });
    await key.sign('ecdsa-with-SHA256', Buffer.from('x'));
  });

  test('wrong credentials, and their secret is in no error', async (t) => {
    const aws = await practice(t);
    const secretAccessKey = 'a-secret-that-must-not-show';
    const service = serviceOf(t, { credentials: { ...aws.credentials, secretAccessKey } });
    const asked = service.makeKey({ region: aws.region, endpointUrl: aws.endpoint, keyType: 'P-256', label: 'x' });
    await assert.rejects(asked, (error: unknown) => {
      assert.ok(!JSON.stringify(error).includes(secretAccessKey));
      return failure('cloud.credentials')(error);
    });
  });

  test('nobody there', async (t) => {
    const { make } = await bench(t);
    await assert.rejects(make('P-256', undefined, { endpointUrl: 'http://127.0.0.1:1' }), failure('cloud.unreachable'));
  });
});

suite('time', () => {
  /** A server that takes calls and never answers. */
  async function hung(t: TestContext): Promise<string> {
    const http = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    t.after(() => {
      http.closeAllConnections();
      http.close();
    });
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }
  const custodyAt = (aws: PracticeAws, endpointUrl: string) => ({
    kind: 'kms' as const,
    region: aws.region,
    keyArn: `arn:aws:kms:${aws.region}:${aws.accountId}:key/1`,
    endpointUrl,
  });

  test('a server that hangs has its time, and no more', async (t) => {
    const { service, aws } = await bench(t, { limitMs: 300 });
    const began = performance.now();
    await assert.rejects(service.open(custodyAt(aws, await hung(t))), failure('cloud.unreachable'));
    const took = performance.now() - began;
    assert.ok(took >= 290 && took < 5_000, `${took} ms`);
  });

  test('credentials that hang have it too', async (t) => {
    const aws = await practice(t);
    const kept = { ...process.env };
    t.after(() => {
      process.env = kept;
    });
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
    Object.assign(process.env, {
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: await hung(t),
    });
    const service = serviceOf(t, { limitMs: 300 });
    const began = performance.now();
    await assert.rejects(service.open(custodyAt(aws, aws.endpoint)), failure('cloud.unreachable'));
    assert.ok(performance.now() - began < 900, 'before the SDK gave up by itself');
  });

  test('closing a key ends its signature, locks it, and tells', async (t) => {
    const { make, aws } = await bench(t);
    const { key } = await make();
    let told = 0;
    const stop = key.onState(() => {
      told += 1;
    });
    // It keeps the SDK between its attempts.
    aws.setFault({ kind: 'throttle', times: 9, operation: 'Sign' });
    const signing = key.sign('ecdsa-with-SHA256', Buffer.from('x'));
    setImmediate(() => key.close());
    await assert.rejects(signing, failure('ca.locked'));
    key.close();
    assert.deepEqual([key.state(), told], ['closed', 1]);
    stop();
    aws.setFault(null);
    await assert.rejects(key.sign('ecdsa-with-SHA256', Buffer.from('x')), failure('ca.locked'));
  });

  test('closing the service closes its keys', async (t) => {
    const { service, make } = await bench(t);
    const { key } = await make();
    service.close();
    assert.equal(key.state(), 'closed');
    await assert.rejects(key.sign('ecdsa-with-SHA256', Buffer.from('x')), failure('ca.locked'));
  });

  test('closing the service ends what is under way', async (t) => {
    const { service, aws } = await bench(t);
    const opening = service.open(custodyAt(aws, await hung(t)));
    setTimeout(() => service.close(), 50);
    await assert.rejects(opening, failure('call.cancelled'));
    await assert.rejects(service.open(custodyAt(aws, aws.endpoint)), failure('call.cancelled'));
  });
});
