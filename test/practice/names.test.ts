/** The policy variables of a certificate's subject and issuer, as TestAuthorization and the gateway have them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iot';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { namesOf } from '../../app/practice/aws/iot/names.ts';
import { parsePem } from '../../app/practice/aws/iot/x509.ts';
import { systemClock } from '../../main/clock.ts';
import { iotClient } from './support.ts';

const request = `[req]
distinguished_name=dn
prompt=no
string_mask=utf8only
[dn]
C=DE
ST=Bayern
0.O=Example, Inc.
1.O=Müller + Söhne
OU=Line
CN=unit-1
serialNumber=SN1
dnQualifier=q
title=Dr
SN=Sur
GN=Given
initials=XY
pseudonym=ps
generationQualifier=III
L=Passau
[ext]
subjectAltName=email:a@b.example,DNS:x.example,DNS:y.example,URI:urn:dev:1,IP:192.0.2.1,IP:2001:db8::1,RID:1.2.3,dirName:dir
issuerAltName=DNS:ca.example
[dir]
O=Foo
CN=directory
`;
/** OpenSSL takes such bytes for an extension: the second name says that it is longer than it is. */
const broken = '[ext]\nsubjectAltName=DER:30:05:82:01:61:82:7f\n';

describe('policy variables of a certificate', { concurrency: false }, () => {
  let folder: string;
  let aws: PracticeAws;
  let pem: string;
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  const signed = (extensions: string) => {
    writeFileSync(join(folder, 'ext.cnf'), extensions);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2', '-extfile', 'ext.cnf', '-extensions', 'ext'];
    return openssl('x509', '-req', '-in', 'unit.csr', ...by);
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'birthmark-names-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/O=Maker/CN=Maker CA');
    writeFileSync(join(folder, 'req.cnf'), request);
    openssl('req', '-new', '-utf8', ...key, '-keyout', 'unit.key', '-out', 'unit.csr', '-config', 'req.cnf');
    pem = signed(request);
    aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY, anyClient: true });
  });
  after(async () => {
    await aws.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every attribute and every kind of other name is read as openssl wrote it', () => {
    const { raw } = parsePem(pem);
    assert.deepEqual(namesOf(raw, 'Subject'), [
      ['Country', 'DE'],
      ['State', 'Bayern'],
      ['Organization', 'Example, Inc.'],
      ['Organization', 'Müller + Söhne'],
      ['OrganizationalUnit', 'Line'],
      ['CommonName', 'unit-1'],
      ['SerialNumber', 'SN1'],
      ['DistinguishedNameQualifier', 'q'],
      ['Title', 'Dr'],
      ['Surname', 'Sur'],
      ['GivenName', 'Given'],
      ['Initials', 'XY'],
      ['Pseudonym', 'ps'],
      ['GenerationQualifier', 'III'],
      ['AlternativeName.RFC822Name', 'a@b.example'],
      ['AlternativeName.DNSName', 'x.example'],
      ['AlternativeName.DNSName', 'y.example'],
      ['AlternativeName.UniformResourceIdentifier', 'urn:dev:1'],
      ['AlternativeName.IPAddress', '192.0.2.1'],
      ['AlternativeName.IPAddress', '2001:db8:0:0:0:0:0:1'],
      ['AlternativeName.DirectoryName', 'CommonName=directory,Organization=Foo'],
    ]);
    assert.deepEqual(namesOf(raw, 'Issuer'), [
      ['Organization', 'Maker'],
      ['CommonName', 'Maker CA'],
      ['AlternativeName.DNSName', 'ca.example'],
    ]);
  });

  test('an extension that is no list of names gives none, and the names of the subject stay', () => {
    const names = namesOf(parsePem(signed(broken)).raw, 'Subject').map(([name]) => name);
    assert.ok(names.includes('CommonName'));
    assert.equal(names.filter((name) => name.startsWith('AlternativeName')).length, 0);
  });

  test('policies use them: the issuer, the second value, the whole list; a third value is missing', async (t) => {
    const iot = iotClient(t, aws);
    const { certificateArn: principal } = await iot.send(
      new sdk.RegisterCertificateWithoutCACommand({ certificatePem: pem, status: 'ACTIVE' }),
    );
    const arn = (resource: string) => `arn:aws:iot:${aws.region}:${aws.accountId}:${resource}`;
    const policy = async (policyName: string, topic: string, more: object = {}) => {
      const Statement = [{ Effect: 'Allow', Action: 'iot:Publish', Resource: arn(`topic/${topic}`), ...more }];
      const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument }));
      return policyName;
    };
    const list = 'iot:Certificate.Subject.Organization.List';
    const within = (...values: string[]) => ({ Condition: { 'ForAllValues:StringEquals': { [list]: values } } });
    const policyNamesToAdd = [
      await policy('issuer', `by/\${iot:Certificate.Issuer.CommonName}`),
      await policy('second', `of/\${iot:Certificate.Subject.AlternativeName.DNSName.1}`),
      await policy('third', `third/\${iot:Certificate.Subject.Organization.2}`),
      await policy('both', 'both', within('Example, Inc.', 'Müller + Söhne')),
      await policy('one', 'one', within('Example, Inc.')),
    ];
    const topics = ['by/Maker CA', 'by/unit-1', 'of/y.example', 'of/x.example', 'third/', 'both', 'one'];
    const authInfos = topics.map((topic) => ({ actionType: 'PUBLISH' as const, resources: [arn(`topic/${topic}`)] }));
    const asked = new sdk.TestAuthorizationCommand({ principal, clientId: 'unit-1', authInfos, policyNamesToAdd });
    const { authResults = [] } = await iot.send(asked);
    const allowed = topics.filter((_, at) => authResults[at]?.authDecision === 'ALLOWED');
    assert.deepEqual(allowed, ['by/Maker CA', 'of/y.example', 'both']);
    assert.deepEqual(authResults[0]?.missingContextValues, ['iot:Certificate.Subject.Organization.2']);
  });
});
