/** The practice KMS: aws-cli drives it, OpenSSL judges its signatures, the SDK decodes its refusals. */
import assert from 'node:assert/strict';
import { createPublicKey, hash, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KMSClient,
  ListKeysCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { kmsClient, openssl, practice, refusal, wallClock } from './support.ts';

function folderOf(_t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-kms-'));
  removeAtEnd(folder);
  return folder;
}

async function newKey(kms: KMSClient, spec: KeySpec = 'ECC_NIST_P256', more: CreateKeyCommandInput = {}) {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: 'SIGN_VERIFY', ...more }));
  assert.ok(KeyMetadata?.KeyId && KeyMetadata.Arn);
  return { ...KeyMetadata, KeyId: KeyMetadata.KeyId, Arn: KeyMetadata.Arn };
}

const rsa = (spec: string) =>
  ['RSASSA_PKCS1_V1_5', 'RSASSA_PSS'].flatMap((scheme) =>
    ['256', '384', '512'].map((bits) => [spec, `${scheme}_SHA_${bits}`] as const),
  );
const pairs = [
  ['ECC_NIST_P256', 'ECDSA_SHA_256'],
  ['ECC_NIST_P384', 'ECDSA_SHA_384'],
  ['ECC_NIST_P521', 'ECDSA_SHA_512'],
  ...rsa('RSA_2048'),
] as const;

suite('keys and signatures, by aws-cli', () => {
  test('a key of every kind signs digests and messages, and OpenSSL verifies them', async (t) => {
    if (!needsAwsCli(t)) return;
    const aws = await practice(t);
    const run = cli(aws);
    const folder = folderOf(t);
    const message = Buffer.from('What is signed: Tømmer & Co');
    writeFileSync(join(folder, 'message'), message);
    const keys = new Map<string, string>();
    for (const [spec, algorithm] of pairs) {
      if (!keys.has(spec)) {
        const made = await run('kms', 'create-key', '--key-spec', spec, '--key-usage', 'SIGN_VERIFY');
        const { KeyMetadata } = made as { KeyMetadata: { KeyId: string; SigningAlgorithms: string[] } };
        assert.ok(KeyMetadata.SigningAlgorithms.includes(algorithm));
        keys.set(spec, KeyMetadata.KeyId);
        const asked = await run('kms', 'get-public-key', '--key-id', KeyMetadata.KeyId);
        const { PublicKey } = asked as { PublicKey: string };
        writeFileSync(join(folder, `${spec}.der`), Buffer.from(PublicKey, 'base64'));
        openssl(folder, 'pkey', '-pubin', '-inform', 'DER', '-in', `${spec}.der`, '-pubcheck', '-out', `${spec}.pem`);
      }
      const hashName = `sha${algorithm.slice(-3)}`;
      writeFileSync(join(folder, 'digest'), hash(hashName, message, 'buffer'));
      const forms = [['digest', 'DIGEST'], ...(hashName === 'sha256' ? [['message', 'RAW']] : [])];
      for (const [file = '', type = ''] of forms) {
        const signed = await run(
          ...['kms', 'sign', '--key-id', keys.get(spec)!, '--signing-algorithm', algorithm, '--message-type', type],
          ...['--message', `fileb://${join(folder, file)}`],
        );
        const { Signature } = signed as { Signature: string };
        writeFileSync(join(folder, 'signature'), Buffer.from(Signature, 'base64'));
        const pss = algorithm.includes('PSS')
          ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
          : [];
        const verify = ['dgst', `-${hashName}`, '-verify', `${spec}.pem`, ...pss, '-signature', 'signature', 'message'];
        assert.match(openssl(folder, ...verify), /Verified OK/, `${spec} ${algorithm} ${type}`);
      }
    }
    const { Keys } = (await run('kms', 'list-keys')) as { Keys: { KeyId: string }[] };
    assert.deepEqual(Keys.map(({ KeyId }) => KeyId).sort(), [...keys.values()].sort());
  });

  test('disabled, enabled, scheduled for deletion', async (t) => {
    if (!needsAwsCli(t)) return;
    const aws = await practice(t);
    const run = cli(aws);
    const { Arn } = await newKey(kmsClient(t, aws));
    await run('kms', 'disable-key', '--key-id', Arn);
    await assert.rejects(run('kms', 'get-public-key', '--key-id', Arn), /DisabledException/);
    await run('kms', 'enable-key', '--key-id', Arn);
    await run('kms', 'get-public-key', '--key-id', Arn);
    const asked = run('kms', 'schedule-key-deletion', '--key-id', Arn, '--pending-window-in-days', '7');
    assert.equal(((await asked) as { KeyState: string }).KeyState, 'PendingDeletion');
    await assert.rejects(run('kms', 'get-public-key', '--key-id', Arn), /KMSInvalidStateException/);
  });
});

test('many ECDSA signatures verify, whatever their numbers begin with', async (t) => {
  const kms = kmsClient(t, await practice(t));
  for (const [spec, algorithm, hashName] of [
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512'],
  ] as const) {
    const { KeyId } = await newKey(kms, spec);
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    for (let at = 0; at < 300; at += 1) {
      const message = Buffer.from(`message ${at}`);
      const Message = hash(hashName, message, 'buffer');
      const input: SignCommandInput = { KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: algorithm };
      const { Signature } = await kms.send(new SignCommand(input));
      assert.ok(verify(hashName, message, key, Signature ?? new Uint8Array()), `${spec} ${at}`);
    }
  }
});

suite('what KMS refuses', () => {
  test('keys it cannot make', async (t) => {
    const kms = kmsClient(t, await practice(t));
    const make = (input: CreateKeyCommandInput) => refusal(kms.send(new CreateKeyCommand(input)));
    const sign = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const;
    assert.equal(await make({}), 'UnsupportedOperationException 400');
    assert.equal(await make({ KeySpec: 'ECC_NIST_P256' }), 'ValidationException 400');
    assert.equal(await make({ ...sign, KeyUsage: 'ENCRYPT_DECRYPT' }), 'UnsupportedOperationException 400');
    assert.equal(await make({ ...sign, KeySpec: 'P-256' as KeySpec }), 'ValidationException 400');
    assert.equal(await make({ ...sign, MultiRegion: true }), 'UnsupportedOperationException 400');
    assert.equal(await make({ ...sign, Description: 'x'.repeat(8193) }), 'ValidationException 400');
    const tagged = (TagKey: string, TagValue: string) => make({ ...sign, Tags: [{ TagKey, TagValue }] });
    assert.equal(await tagged('name', 'Tømmer & Co'), 'ValidationException 400');
    assert.equal(await tagged('aws:name', 'x'), 'TagException 400');
    const Tags = [{ TagKey: 'name', TagValue: 'Tømmer - Co' }];
    const { KeyId } = await newKey(kms, 'ECC_NIST_P256', { Tags, Description: 'A key' });
    assert.deepEqual((await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags, Tags);
    assert.equal((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Description, 'A key');
  });

  test('signatures it cannot make', async (t) => {
    const kms = kmsClient(t, await practice(t));
    const { KeyId } = await newKey(kms);
    const digest = Buffer.alloc(32, 7);
    const sign = (input: Partial<SignCommandInput>) => {
      const form = { KeyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      return refusal(kms.send(new SignCommand({ ...form, ...input })));
    };
    assert.equal(await sign({}), 'accepted');
    assert.equal(await sign({ Message: digest.subarray(1) }), 'ValidationException 400');
    assert.equal(await sign({ Message: Buffer.alloc(4097), MessageType: 'RAW' }), 'ValidationException 400');
    assert.equal(await sign({ Message: Buffer.alloc(0), MessageType: 'RAW' }), 'ValidationException 400');
    assert.equal(
      await sign({ SigningAlgorithm: 'ECDSA_SHA_384', Message: Buffer.alloc(48) }),
      'InvalidKeyUsageException 400',
    );
    assert.equal(await sign({ SigningAlgorithm: 'RSASSA_PSS_SHA_256' }), 'InvalidKeyUsageException 400');
    assert.equal(await sign({ SigningAlgorithm: 'MD5' as 'ECDSA_SHA_256' }), 'ValidationException 400');
    assert.equal(await sign({ KeyId: 'nobody' }), 'NotFoundException 400');
    assert.equal(await sign({ KeyId: `arn:aws:kms:eu-west-1:123456789012:key/${KeyId}` }), 'NotFoundException 400');
    assert.equal(await sign({ KeyId: 'arn:aws:iam::123456789012:user/me' }), 'InvalidArnException 400');
  });

  test('a key that is pending deletion, until it is gone', async (t) => {
    let offMs = 0;
    const clock = wallClock();
    const aws = await practice(t, { clock: { ...clock, now: () => new Date(clock.now().getTime() + offMs) } });
    const kms = kmsClient(t, aws);
    const { KeyId } = await newKey(kms);
    const PendingWindowInDays = 7;
    assert.equal(
      await refusal(kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 6 }))),
      'ValidationException 400',
    );
    const { DeletionDate } = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days <= 7, `${days}`);
    for (const command of [
      new EnableKeyCommand({ KeyId }),
      new DisableKeyCommand({ KeyId }),
      new ScheduleKeyDeletionCommand({ KeyId }),
    ]) {
      assert.equal(await refusal(kms.send(command as EnableKeyCommand)), 'KMSInvalidStateException 400');
    }
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual([KeyMetadata?.KeyState, KeyMetadata?.Enabled], ['PendingDeletion', false]);
    offMs = 8 * 86_400_000;
    const later = kmsClient(t, aws, 1, offMs);
    assert.equal(await refusal(later.send(new DescribeKeyCommand({ KeyId }))), 'NotFoundException 400');
  });

  test('wrong signatures, wrong Regions, calls in another form', async (t) => {
    const aws = await practice(t);
    const list = (over: Partial<typeof aws>) =>
      refusal(kmsClient(t, { ...aws, ...over }).send(new ListKeysCommand({})));
    const { accessKeyId } = aws.credentials;
    assert.equal(
      await list({ credentials: { accessKeyId, secretAccessKey: 'wrong' } }),
      'InvalidSignatureException 400',
    );
    assert.equal(
      await list({ credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'wrong' } }),
      'UnrecognizedClientException 400',
    );
    assert.equal(await list({ region: 'eu-west-1' }), 'InvalidSignatureException 400');
    const bare = await new Promise<string>((resolve, reject) => {
      const headers = { 'x-amz-target': 'TrentService.ListKeys', 'content-type': 'application/x-amz-json-1.1' };
      const asked = request(aws.endpoint, { method: 'POST', headers }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve(`${(JSON.parse(body) as { __type: string }).__type} ${answer.statusCode}`));
      });
      asked.on('error', reject).end('{}');
    });
    assert.equal(bare, 'MissingAuthenticationTokenException 400');
    const encrypt = new EncryptCommand({ KeyId: 'k', Plaintext: Buffer.from('x') });
    assert.equal(await refusal(kmsClient(t, aws).send(encrypt)), 'UnknownOperationException 400');
  });

  test('what faults ask for', async (t) => {
    const aws = await practice(t);
    const kms = kmsClient(t, aws);
    const list = () => refusal(kms.send(new ListKeysCommand({})));
    aws.setFault({ kind: 'throttle', times: 1 });
    assert.equal(await list(), 'ThrottlingException 400');
    aws.setFault({ kind: 'error', status: 500, times: 1 });
    assert.equal(await list(), 'KMSInternalException 500');
    aws.setFault({ kind: 'error', status: 503, times: 1 });
    assert.equal(await list(), 'ServiceUnavailableException 503');
    aws.setFault({ kind: 'refuse', name: 'LimitExceededException', times: 1, operation: 'ListKeys' });
    assert.equal(await list(), 'LimitExceededException 400');
    aws.setFault({ kind: 'deny', operation: 'ListKeys' });
    assert.equal(await list(), 'AccessDeniedException 400');
    aws.setFault(null);
    aws.setFault({ kind: 'hangup', when: 'after', times: 1, operation: 'CreateKey' });
    assert.match(await refusal(newKey(kms)), /undefined$/);
    assert.equal((await kms.send(new ListKeysCommand({}))).Keys?.length, 1, 'made, although the answer was lost');
  });
});

test('pages of keys', async (t) => {
  const kms = kmsClient(t, await practice(t));
  const made = [await newKey(kms), await newKey(kms), await newKey(kms)];
  const first = await kms.send(new ListKeysCommand({ Limit: 2 }));
  assert.equal(first.Truncated, true);
  const second = await kms.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
  assert.equal(second.Truncated, false);
  const listed = [...(first.Keys ?? []), ...(second.Keys ?? [])].map(({ KeyArn = '' }) => KeyArn);
  assert.deepEqual(listed.sort(), made.map(({ Arn }) => Arn).sort());
  assert.equal(await refusal(kms.send(new ListKeysCommand({ Marker: 'nobody' }))), 'InvalidMarkerException 400');
});

test('keys outlive the server, also in a file from before there were any', async (t) => {
  const stateFile = join(folderOf(t), 'aws.json');
  const first = await practice(t, { stateFile });
  const { KeyId } = await newKey(kmsClient(t, first));
  const { PublicKey } = await kmsClient(t, first).send(new GetPublicKeyCommand({ KeyId }));
  await first.close();
  const second = await practice(t, { stateFile });
  assert.deepEqual((await kmsClient(t, second).send(new GetPublicKeyCommand({ KeyId }))).PublicKey, PublicKey);
  await second.close();
  const { keys, ...earlier } = JSON.parse(readFileSync(stateFile, 'utf8')) as Record<string, unknown>;
  assert.ok(keys);
  writeFileSync(stateFile, JSON.stringify(earlier));
  const third = await practice(t, { stateFile });
  assert.deepEqual(third.credentials, second.credentials);
  await newKey(kmsClient(t, third));
});
