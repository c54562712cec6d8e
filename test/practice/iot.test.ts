import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DeleteCACertificateCommand,
  DeleteCertificateCommand,
  DeleteRegistrationCodeCommand,
  DescribeCACertificateCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  GetRegistrationCodeCommand,
  type IoTClient,
  ListAttachedPoliciesCommand,
  ListCACertificatesCommand,
  ListCertificatesByCACommand,
  ListThingPrincipalsV2Command,
  RegisterCACertificateCommand,
  RegisterCertificateCommand,
  RegisterCertificateWithoutCACommand,
  RegisterThingCommand,
  UpdateCACertificateCommand,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import type { PracticeAwsOptions } from '../../app/practice/aws/index.ts';
import { idOfPem, type Pki } from './pki.ts';
import { iotClient, pki, practice, refusal, wallClock } from './support.ts';

async function bench(t: TestContext, options: Partial<PracticeAwsOptions> = {}) {
  const aws = await practice(t, options);
  return { aws, iot: iotClient(t, aws), keys: pki(t) };
}

/** Registers a CA of the PKI, active unless told otherwise. */
async function registerCa(iot: IoTClient, keys: Pki, name = 'ca', pem = keys.ca(name), setAsActive = true) {
  const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
  const verificationCertificate = keys.issue(registrationCode, { by: name });
  return iot.send(new RegisterCACertificateCommand({ caCertificate: pem, verificationCertificate, setAsActive }));
}

suite('CA certificates', () => {
  test('registered with a proof of possession, described, listed, deactivated, deleted', async (t) => {
    const { aws, iot, keys } = await bench(t);
    const pem = keys.ca('ca');
    const { certificateId, certificateArn } = await registerCa(iot, keys, 'ca', pem, false);
    assert.equal(certificateId, idOfPem(pem));
    assert.equal(certificateArn, `arn:aws:iot:${aws.region}:${aws.accountId}:cacert/${certificateId}`);
    const describe = async () =>
      (await iot.send(new DescribeCACertificateCommand({ certificateId }))).certificateDescription;
    assert.equal((await describe())?.status, 'INACTIVE');
    await iot.send(new UpdateCACertificateCommand({ certificateId, newStatus: 'ACTIVE' }));
    const described = await describe();
    assert.deepEqual(
      [described?.status, described?.certificateMode, described?.ownedBy],
      ['ACTIVE', 'DEFAULT', aws.accountId],
    );
    assert.ok(
      described?.creationDate instanceof Date && Math.abs(described.creationDate.getTime() - Date.now()) < 60_000,
    );
    assert.ok((described?.validity?.notAfter ?? new Date(0)) > new Date());
    const { certificates } = await iot.send(new ListCACertificatesCommand({}));
    assert.deepEqual(
      certificates?.map((ca) => ca.certificateId),
      [certificateId],
    );
    assert.equal(
      await refusal(iot.send(new DeleteCACertificateCommand({ certificateId }))),
      'CertificateStateException 406',
    );
    await iot.send(new UpdateCACertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await iot.send(new DeleteCACertificateCommand({ certificateId }));
    assert.equal(await refusal(describe()), 'ResourceNotFoundException 404');
  });

  test('the registration code stays until it is deleted', async (t) => {
    const { iot } = await bench(t);
    const code = async () => (await iot.send(new GetRegistrationCodeCommand({}))).registrationCode;
    const first = await code();
    assert.match(first ?? '', /^[0-9a-f]{64}$/);
    assert.equal(await code(), first);
    await iot.send(new DeleteRegistrationCodeCommand({}));
    assert.equal(await refusal(iot.send(new DeleteRegistrationCodeCommand({}))), 'ResourceNotFoundException 404');
    assert.notEqual(await code(), first);
  });

  test('a proof of possession that proves nothing is refused', async (t) => {
    const { iot, keys } = await bench(t);
    const caCertificate = keys.ca('ca');
    keys.ca('other');
    const register = (verificationCertificate?: string) =>
      refusal(iot.send(new RegisterCACertificateCommand({ caCertificate, verificationCertificate })));
    assert.equal(await register(keys.issue('code')), 'RegistrationCodeValidationException 400');
    const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
    assert.equal(await register(keys.issue('0'.repeat(64))), 'RegistrationCodeValidationException 400');
    assert.equal(await register(keys.issue(registrationCode, { by: 'other' })), 'CertificateValidationException 400');
    assert.equal(await register(), 'InvalidRequestException 400');
    assert.equal(await register(keys.issue(registrationCode)), 'accepted');
    assert.equal(await register(keys.issue(registrationCode)), 'ResourceAlreadyExistsException 409');
  });

  const weak: [string, Parameters<Pki['ca']>[1]][] = [
    ['is no CA', { basicConstraints: 'CA:FALSE' }],
    ['is signed with SHA-1', { digest: 'sha1' }],
    ['has an RSA key of 1024 bits', { key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] }],
    ['has a secp256k1 key', { key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'] }],
    ['has an Ed25519 key', { key: ['-algorithm', 'ED25519'], digest: 'sha512' }],
  ];
  for (const [what, options] of weak) {
    test(`a CA certificate that ${what} is refused`, async (t) => {
      const { iot, keys } = await bench(t);
      const pem = keys.ca('weak', options);
      assert.equal(await refusal(registerCa(iot, keys, 'weak', pem)), 'CertificateValidationException 400');
    });
  }

  for (const key of [
    ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ]) {
    test(`a CA with a key of ${key.at(-1)} is accepted`, async (t) => {
      const { iot, keys } = await bench(t);
      const { certificateId } = await registerCa(iot, keys, 'strong', keys.ca('strong', { key }));
      assert.ok(certificateId);
    });
  }

  test('RSASSA-PSS with SHA-256 is accepted', async (t) => {
    const { iot, keys } = await bench(t);
    const key = [
      '-algorithm',
      'RSA-PSS',
      '-pkeyopt',
      'rsa_keygen_bits:2048',
      '-pkeyopt',
      'rsa_pss_keygen_md:sha256',
      '-pkeyopt',
      'rsa_pss_keygen_mgf1_md:sha256',
    ];
    assert.ok((await registerCa(iot, keys, 'pss', keys.ca('pss', { key }))).certificateId);
  });

  test('an expired CA, and one of the future, are refused', async (t) => {
    const keys = pki(t);
    const pem = keys.ca('ca');
    for (const days of [100, -100]) {
      const offMs = days * 86_400_000;
      const iot = iotClient(t, await practice(t, { clock: wallClock(offMs) }), 1, offMs);
      assert.equal(await refusal(registerCa(iot, keys, 'ca', pem)), 'CertificateValidationException 400');
    }
  });

  test('at most ten CA certificates with one subject', async (t) => {
    const { iot, keys } = await bench(t);
    const twin = (n: number) => registerCa(iot, keys, `twin${n}`, keys.ca(`twin${n}`, { subject: '/CN=twin' }));
    for (let n = 0; n < 10; n += 1) await twin(n);
    assert.equal(await refusal(twin(10)), 'LimitExceededException 410');
    const pages: number[] = [];
    let marker: string | undefined;
    do {
      const page = await iot.send(new ListCACertificatesCommand({ pageSize: 4, marker }));
      pages.push(page.certificates?.length ?? 0);
      marker = page.nextMarker;
    } while (marker !== undefined);
    assert.deepEqual(pages, [4, 4, 2]);
  });

  test('SNI_ONLY needs no proof, and takes none', async (t) => {
    const { iot, keys } = await bench(t);
    const caCertificate = keys.ca('ca');
    const sni = { caCertificate, certificateMode: 'SNI_ONLY' } as const;
    const refused = iot.send(new RegisterCACertificateCommand({ ...sni, verificationCertificate: keys.issue('x') }));
    assert.equal(await refusal(refused), 'InvalidRequestException 400');
    assert.ok((await iot.send(new RegisterCACertificateCommand(sni))).certificateId);
  });
});

suite('device certificates', () => {
  test('registered under an active CA only, once, and listed by it', async (t) => {
    const { aws, iot, keys } = await bench(t);
    const caPem = keys.ca('ca');
    const certificatePem = keys.issue('device');
    const register = () =>
      iot.send(new RegisterCertificateCommand({ certificatePem, caCertificatePem: caPem, status: 'ACTIVE' }));
    assert.equal(await refusal(register()), 'CertificateValidationException 400', 'CA not registered');
    const { certificateId: ca } = await registerCa(iot, keys, 'ca', caPem, false);
    assert.equal(await refusal(register()), 'CertificateStateException 406', 'CA inactive');
    await iot.send(new UpdateCACertificateCommand({ certificateId: ca, newStatus: 'ACTIVE' }));
    const { certificateId, certificateArn } = await register();
    assert.equal(certificateId, idOfPem(certificatePem));
    assert.equal(certificateArn, `arn:aws:iot:${aws.region}:${aws.accountId}:cert/${certificateId}`);
    await assert.rejects(register(), {
      name: 'ResourceAlreadyExistsException',
      resourceId: certificateId,
      resourceArn: certificateArn,
    });
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    assert.deepEqual([certificateDescription?.caCertificateId, certificateDescription?.status], [ca, 'ACTIVE']);
    const { certificates } = await iot.send(new ListCertificatesByCACommand({ caCertificateId: ca }));
    assert.deepEqual(
      certificates?.map((one) => one.certificateId),
      [certificateId],
    );
  });

  test('a certificate by another CA of the same name is refused', async (t) => {
    const { iot, keys } = await bench(t);
    await registerCa(iot, keys, 'ca', keys.ca('ca', { subject: '/CN=factory' }));
    keys.ca('impostor', { subject: '/CN=factory' });
    const certificatePem = keys.issue('device', { by: 'impostor' });
    assert.equal(
      await refusal(iot.send(new RegisterCertificateCommand({ certificatePem }))),
      'CertificateValidationException 400',
    );
  });

  test('two CAs of one name: the CA certificate must be given', async (t) => {
    const { iot, keys } = await bench(t);
    const one = keys.ca('one', { subject: '/CN=factory' });
    await registerCa(iot, keys, 'one', one);
    await registerCa(iot, keys, 'two', keys.ca('two', { subject: '/CN=factory' }));
    const certificatePem = keys.issue('device', { by: 'one' });
    assert.equal(
      await refusal(iot.send(new RegisterCertificateCommand({ certificatePem }))),
      'CertificateConflictException 409',
    );
    assert.ok(
      (await iot.send(new RegisterCertificateCommand({ certificatePem, caCertificatePem: one }))).certificateId,
    );
  });

  test('rubbish, chains, weak keys and expired certificates are refused', async (t) => {
    const { iot, keys } = await bench(t);
    const caPem = keys.ca('ca');
    await registerCa(iot, keys, 'ca', caPem);
    const weakKey = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'];
    const bad = [
      'rubbish',
      keys.issue('a') + caPem,
      keys.issue('b', { key: weakKey }),
      keys.issue('c', { digest: 'sha1' }),
    ];
    for (const certificatePem of bad) {
      assert.equal(
        await refusal(iot.send(new RegisterCertificateCommand({ certificatePem }))),
        'CertificateValidationException 400',
      );
    }
    const offMs = 100 * 86_400_000;
    const later = iotClient(t, await practice(t, { clock: wallClock(offMs) }), 1, offMs);
    const expired = later.send(new RegisterCertificateWithoutCACommand({ certificatePem: keys.issue('d') }));
    assert.equal(await refusal(expired), 'CertificateValidationException 400');
  });

  test('a certificate without a CA is SNI_ONLY and inactive unless asked', async (t) => {
    const { iot, keys } = await bench(t);
    keys.ca('ca');
    const { certificateId } = await iot.send(
      new RegisterCertificateWithoutCACommand({ certificatePem: keys.issue('d') }),
    );
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    assert.deepEqual(
      [certificateDescription?.certificateMode, certificateDescription?.status],
      ['SNI_ONLY', 'INACTIVE'],
    );
  });

  test('statuses AWS keeps to itself cannot be set; an active or attached certificate is not deleted', async (t) => {
    const { iot, keys } = await bench(t);
    await registerCa(iot, keys);
    const { certificateId, certificateArn } = await iot.send(
      new RegisterCertificateCommand({ certificatePem: keys.issue('d'), status: 'ACTIVE' }),
    );
    const update = (newStatus: 'PENDING_ACTIVATION' | 'INACTIVE') =>
      iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
    const remove = (forceDelete = false) =>
      refusal(iot.send(new DeleteCertificateCommand({ certificateId, forceDelete })));
    assert.equal(await refusal(update('PENDING_ACTIVATION')), 'InvalidRequestException 400');
    assert.equal(await remove(), 'CertificateStateException 406');
    await update('INACTIVE');
    await iot.send(new AttachPolicyCommand({ policyName: 'birthmark-practice-device', target: certificateArn }));
    assert.equal(await remove(), 'DeleteConflictException 409');
    assert.equal(await remove(true), 'accepted');
    assert.equal(await remove(true), 'ResourceNotFoundException 404');
  });
});

suite('policies', () => {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }],
  });

  test('names with + = , . @ - travel in the path; a second policy of the name is refused', async (t) => {
    const { iot } = await bench(t);
    const create = () => iot.send(new CreatePolicyCommand({ policyName: 'p+=,.@-_', policyDocument }));
    assert.equal((await create()).policyVersionId, '1');
    assert.equal(await refusal(create()), 'ResourceAlreadyExistsException 409');
  });

  const malformed: [string, string][] = [
    ['not JSON', '{'],
    ['without Version', '{"Statement":[]}'],
    ['with a bad Effect', policyDocument.replace('Allow', 'Maybe')],
    ['with a Resource that is no ARN', policyDocument.replace('"*"', '"topic/x"')],
    ['with more than 2048 characters', policyDocument.replace('"*"', `"arn:aws:iot:r:a:topic/${'x'.repeat(2048)}"`)],
  ];
  for (const [what, document] of malformed) {
    test(`a document ${what} is malformed`, async (t) => {
      const { iot } = await bench(t);
      const create = iot.send(new CreatePolicyCommand({ policyName: 'p', policyDocument: document }));
      assert.equal(await refusal(create), 'MalformedPolicyException 400');
    });
  }

  test('at most ten on a certificate; attaching twice changes nothing', async (t) => {
    const { iot, keys } = await bench(t);
    keys.ca('ca');
    const { certificateArn: target } = await iot.send(
      new RegisterCertificateWithoutCACommand({ certificatePem: keys.issue('d') }),
    );
    const attach = (policyName: string, to = target) => iot.send(new AttachPolicyCommand({ policyName, target: to }));
    for (let n = 0; n < 11; n += 1) await iot.send(new CreatePolicyCommand({ policyName: `p${n}`, policyDocument }));
    for (let n = 0; n < 10; n += 1) await attach(`p${n}`);
    await attach('p0');
    assert.equal(await refusal(attach('p10')), 'LimitExceededException 410');
    assert.equal(await refusal(attach('missing')), 'ResourceNotFoundException 404');
    assert.equal(await refusal(attach('p0', 'nonsense')), 'InvalidRequestException 400');
    const first = await iot.send(new ListAttachedPoliciesCommand({ target, pageSize: 7 }));
    const rest = await iot.send(new ListAttachedPoliciesCommand({ target, pageSize: 7, marker: first.nextMarker }));
    assert.deepEqual([first.policies?.length, rest.policies?.length, rest.nextMarker], [7, 3, undefined]);
  });
});

suite('things', () => {
  test('made, made again alike, changed, versioned', async (t) => {
    const { iot } = await bench(t);
    const create = (attributes: Record<string, string>) =>
      iot.send(new CreateThingCommand({ thingName: 'a:b', attributePayload: { attributes } }));
    const first = await create({ colour: 'red' });
    assert.equal((await create({ colour: 'red' })).thingId, first.thingId);
    assert.equal(await refusal(create({ colour: 'blue' })), 'ResourceAlreadyExistsException 409');
    const update = (expectedVersion: number) =>
      iot.send(
        new UpdateThingCommand({
          thingName: 'a:b',
          expectedVersion,
          attributePayload: { attributes: { size: 'big' }, merge: true },
        }),
      );
    assert.equal(await refusal(update(7)), 'VersionConflictException 409');
    await update(1);
    const thing = await iot.send(new DescribeThingCommand({ thingName: 'a:b' }));
    assert.deepEqual([thing.attributes, thing.version], [{ colour: 'red', size: 'big' }, 2]);
  });

  test('names, attributes and their number are checked', async (t) => {
    const { iot } = await bench(t);
    const create = (thingName: string, attributes: Record<string, string> = {}, thingTypeName?: string) =>
      refusal(iot.send(new CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes } })));
    const four = { a: '1', b: '2', c: '3', d: '4' };
    assert.equal(await create('with space'), 'InvalidRequestException 400');
    assert.equal(await create('x'.repeat(129)), 'InvalidRequestException 400');
    assert.equal(await create('x', { a: 'with space' }), 'InvalidRequestException 400');
    assert.equal(await create('x', four), 'InvalidRequestException 400');
    assert.equal(await create('x', four, 'sensor'), 'ResourceNotFoundException 404');
    await iot.send(new CreateThingTypeCommand({ thingTypeName: 'sensor' }));
    assert.equal(await create('x', four, 'sensor'), 'accepted');
    const type = (thingTypeName: string, searchableAttributes: string[]) =>
      refusal(iot.send(new CreateThingTypeCommand({ thingTypeName, thingTypeProperties: { searchableAttributes } })));
    assert.equal(await type('three', ['a', 'b', 'c']), 'accepted');
    assert.equal(await type('four', ['a', 'b', 'c', 'd']), 'InvalidRequestException 400');
  });

  test('a certificate that is revoked stays so, also for a template that replaces its status', async (t) => {
    const { iot, keys } = await bench(t);
    keys.ca('ca');
    const certificatePem = keys.issue('d');
    const { certificateId } = await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem }));
    const set = (newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED') =>
      refusal(iot.send(new UpdateCertificateCommand({ certificateId, newStatus })));
    assert.equal(await set('REVOKED'), 'accepted');
    assert.equal(await set('REVOKED'), 'accepted');
    assert.equal(await set('ACTIVE'), 'CertificateStateException 406');
    assert.equal(await set('INACTIVE'), 'CertificateStateException 406');
    const templateBody = JSON.stringify({
      Resources: {
        certificate: {
          Type: 'AWS::IoT::Certificate',
          Properties: { CertificateId: certificateId, Status: 'ACTIVE' },
          OverrideSettings: { Status: 'REPLACE' },
        },
      },
    });
    assert.match(await refusal(iot.send(new RegisterThingCommand({ templateBody }))), /Exception 4/);
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    assert.equal(certificateDescription?.status, 'REVOKED');
  });

  test('a principal is attached to a thing, exclusively if asked', async (t) => {
    const { iot, keys } = await bench(t);
    keys.ca('ca');
    const { certificateArn: principal } = await iot.send(
      new RegisterCertificateWithoutCACommand({ certificatePem: keys.issue('d') }),
    );
    for (const thingName of ['one', 'two']) await iot.send(new CreateThingCommand({ thingName }));
    const attach = (thingName: string, to = principal) =>
      iot.send(new AttachThingPrincipalCommand({ thingName, principal: to, thingPrincipalType: 'EXCLUSIVE_THING' }));
    await attach('one');
    assert.equal(await refusal(attach('two')), 'InvalidRequestException 400');
    assert.equal(await refusal(attach('none')), 'ResourceNotFoundException 404');
    assert.equal(await refusal(attach('two', principal?.replace(/.$/, 'x'))), 'ResourceNotFoundException 404');
    const { thingPrincipalObjects } = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'one' }));
    assert.deepEqual(thingPrincipalObjects, [{ principal, thingPrincipalType: 'EXCLUSIVE_THING' }]);
  });

  test('never in two groups of one hierarchy', async (t) => {
    const { iot } = await bench(t);
    await iot.send(new CreateThingCommand({ thingName: 'x' }));
    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'top' }));
    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'leaf', parentGroupName: 'top' }));
    const join = (thingGroupName: string) =>
      refusal(iot.send(new AddThingToThingGroupCommand({ thingName: 'x', thingGroupName })));
    assert.equal(await join('leaf'), 'accepted');
    assert.equal(await join('top'), 'InvalidRequestException 400');
    assert.equal(await join('missing'), 'ResourceNotFoundException 404');
  });

  test('hostile names are data like any other', async (t) => {
    const { iot } = await bench(t);
    await iot.send(new CreateThingCommand({ thingName: '__proto__' }));
    assert.equal((await iot.send(new DescribeThingCommand({ thingName: '__proto__' }))).thingName, '__proto__');
    assert.equal(
      await refusal(iot.send(new DescribeThingCommand({ thingName: 'constructor' }))),
      'ResourceNotFoundException 404',
    );
  });
});

suite('front door', () => {
  test('endpoints have the form of the Region', async (t) => {
    const { iot } = await bench(t, { region: 'eu-central-1' });
    const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
    assert.match(endpointAddress ?? '', /^[\w-]+-ats\.iot\.eu-central-1\.amazonaws\.com$/);
    assert.equal(
      await refusal(iot.send(new DescribeEndpointCommand({ endpointType: 'x' }))),
      'InvalidRequestException 400',
    );
  });

  test('credentials are checked', async (t) => {
    const { aws } = await bench(t);
    const ask = (over: object) => refusal(iotClient(t, { ...aws, ...over }).send(new GetRegistrationCodeCommand({})));
    const { accessKeyId, secretAccessKey } = aws.credentials;
    assert.equal(
      await ask({ credentials: { accessKeyId: 'AKIAX', secretAccessKey } }),
      'UnrecognizedClientException 403',
    );
    assert.equal(await ask({ credentials: { accessKeyId, secretAccessKey: 'x' } }), 'InvalidSignatureException 403');
    assert.equal(await ask({ region: 'eu-west-1' }), 'InvalidSignatureException 403');
  });

  const faults = [
    ['throttle', { kind: 'throttle', times: 1 }, 'ThrottlingException 400'],
    ['500', { kind: 'error', status: 500, times: 1 }, 'InternalFailureException 500'],
    ['503', { kind: 'error', status: 503, times: 1 }, 'ServiceUnavailableException 503'],
    ['deny', { kind: 'deny', operation: 'GetRegistrationCode' }, 'AccessDeniedException 403'],
    [
      'refuse',
      { kind: 'refuse', name: 'UnauthorizedException', times: 1, operation: 'GetRegistrationCode' },
      'UnauthorizedException 401',
    ],
    [
      'conflict',
      { kind: 'refuse', name: 'ConflictingResourceUpdateException', times: 1, operation: 'GetRegistrationCode' },
      'ConflictingResourceUpdateException 409',
    ],
    ['hang up', { kind: 'hangup', when: 'before', times: 1 }, 'TimeoutError undefined'],
  ] as const;
  for (const [what, fault, outcome] of faults) {
    test(`fault on demand: ${what}`, async (t) => {
      const { aws, iot } = await bench(t);
      aws.setFault(fault);
      const ask = () => refusal(iot.send(new GetRegistrationCodeCommand({})));
      assert.equal(await ask(), outcome);
      aws.setFault(null);
      assert.equal(await ask(), 'accepted');
    });
  }

  test('a throttled call succeeds for a client that tries again, as the SDK does by itself', async (t) => {
    const { aws } = await bench(t);
    aws.setFault({ kind: 'throttle', times: 2 });
    assert.equal(await refusal(iotClient(t, aws, 3).send(new GetRegistrationCodeCommand({}))), 'accepted');
  });

  test('it listens on loopback only', async (t) => {
    const { aws } = await bench(t);
    assert.equal(new URL(aws.endpoint).hostname, '127.0.0.1');
    const elsewhere = aws.endpoint.replace('127.0.0.1', '127.0.0.2');
    await assert.rejects(fetch(elsewhere));
  });
});
