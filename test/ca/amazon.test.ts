/** What AWS answers is read strictly: a certificate of a device, or an error with a name. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { CreateCertificateFromCsrCommand, IoTClient } from '@aws-sdk/client-iot';
import fc from 'fast-check';
import { pemOf, readAmazonCertificate } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { wallClock } from '../practice/support.ts';
import { selfSigned } from '../registration/certificates.ts';
import { makeCsr } from './support.ts';

const { csrDer } = makeCsr('UNIT-1');
const aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
const iot = new IoTClient({ endpoint: aws.endpoint, region: aws.region, credentials: { ...aws.credentials } });
const request = { certificateSigningRequest: pemOf('CERTIFICATE REQUEST', csrDer) };
const { certificatePem = '', certificateId } = await iot.send(new CreateCertificateFromCsrCommand(request));
iot.destroy();
await aws.close();

test('its facts are those that another reader sees', () => {
  const read = readAmazonCertificate(certificatePem);
  const other = new X509Certificate(certificatePem);
  assert.equal(read.serialHex, other.serialNumber.toLowerCase());
  assert.equal(read.certificateId, certificateId);
  assert.equal(read.notAfterAt, new Date(other.validTo).toISOString());
  assert.deepEqual(Buffer.from(read.der), other.raw);
  assert.ok(other.raw.includes(Buffer.from(read.tbsDer)), 'the TBS is inside');
});

test('anything else is refused as a bad answer, never with another error', (t) => {
  const der = readAmazonCertificate(certificatePem).der;
  const badAnswer = (error: unknown) => error instanceof StationError && error.code === 'cloud.badAnswer';
  for (const text of ['', 'no PEM', certificatePem + certificatePem, selfSigned(t, '/CN=a CA')])
    assert.throws(() => readAmazonCertificate(text), badAnswer);
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
      const bytes = cut ? der.slice(0, at) : Uint8Array.from(der, (old, index) => (index === at ? byte : old));
      try {
        readAmazonCertificate(pemOf('CERTIFICATE', bytes));
      } catch (error) {
        assert.ok(badAnswer(error), String(error));
      }
    }),
    { numRuns: 300 },
  );
});
