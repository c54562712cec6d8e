import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { iotError, kmsError, type S3ErrorName, type ServiceError, s3Error } from './errors.ts';
import type { Call } from './http.ts';

/**
 * AWS Signature Version 4 in the Authorization header ("Authenticating Requests: Using the Authorization Header", S3
 * API reference; "Create a signed AWS API request", IAM user guide). The whole signature is checked. The date is not
 * compared with the clock. The signatures of single chunks of a streamed body are not checked, but its trailing
 * checksum is.
 */
export type Credentials = { accessKeyId: string; secretAccessKey: string };
export type Service = 'iot' | 's3' | 'kms';

type Authorization = {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
};

/** aws-cli up to 2.9 signs IoT calls under the older name. */
const signingNames: Record<Service, readonly string[]> = { iot: ['iot', 'execute-api'], s3: ['s3'], kms: ['kms'] };
const services = Object.keys(signingNames) as Service[];

/**
 * The service that the request is signed for. A request without a signature counts as one for S3, as from a browser.
 */
export function serviceOf(call: Call): Service {
  const signedFor = parse(call.headers.authorization)?.service;
  if (signedFor === undefined) return call.headers['x-amz-target'] === undefined ? 's3' : 'kms';
  return services.find((service) => signingNames[service].includes(signedFor)) ?? 's3';
}

/** @throws ServiceError – with the service's own name and status for a missing, unknown or wrong signature */
export function checkSignature(call: Call, service: Service, region: string, credentials: Credentials): void {
  const refuse = refusals[service];
  const authorization = parse(call.headers.authorization);
  if (!authorization) throw refuse.missing('The request is not signed.');
  if (authorization.accessKeyId !== credentials.accessKeyId) {
    throw refuse.unknownKey('The access key id is not known to the practice AWS.');
  }
  if (authorization.region !== region || !signingNames[service].includes(authorization.service)) {
    throw refuse.scope(`The credential should be scoped to ${region}/${service}.`);
  }
  const declared = call.headers['x-amz-content-sha256'];
  const actual = sha256(call.body);
  if (declared !== undefined && /^[0-9a-f]{64}$/.test(declared) && declared !== actual) {
    throw refuse.body('x-amz-content-sha256 does not match the body.');
  }
  const expected = signatureOf(call, authorization, declared ?? actual, credentials.secretAccessKey);
  const given = Buffer.from(authorization.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refuse.wrong('The signature does not match the request.');
  }
}

const s3Refusal = (name: S3ErrorName) => (message: string) => s3Error(name, message);
type JsonName = 'MissingAuthenticationTokenException' | 'UnrecognizedClientException' | 'InvalidSignatureException';
const jsonRefusals = (error: (name: JsonName, message: string) => ServiceError) => ({
  missing: (message: string) => error('MissingAuthenticationTokenException', message),
  unknownKey: (message: string) => error('UnrecognizedClientException', message),
  scope: (message: string) => error('InvalidSignatureException', message),
  body: (message: string) => error('InvalidSignatureException', message),
  wrong: (message: string) => error('InvalidSignatureException', message),
});
const refusals = {
  iot: jsonRefusals(iotError),
  kms: jsonRefusals(kmsError),
  s3: {
    missing: s3Refusal('AccessDenied'),
    unknownKey: s3Refusal('InvalidAccessKeyId'),
    scope: s3Refusal('AuthorizationHeaderMalformed'),
    body: s3Refusal('XAmzContentSHA256Mismatch'),
    wrong: s3Refusal('SignatureDoesNotMatch'),
  },
};

function parse(header: string | undefined): Authorization | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    );
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

function signatureOf(call: Call, authorization: Authorization, payloadHash: string, secret: string): Buffer {
  const { date, region, service, signedHeaders } = authorization;
  const canonical = [
    call.method,
    // S3 signs the path encoded once. Every other service encodes the path of the wire a second time.
    service === 's3' ? `/${call.segments.map(encode).join('/')}` : call.rawPath.split('/').map(encode).join('/'),
    [...call.query]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort((a, b) => (a < b ? -1 : 1))
      .join('&'),
    ...signedHeaders.map((name) => `${name}:${(call.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', call.headers['x-amz-date'] ?? '', scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    (k, part) => hmac(k, part),
    `AWS4${secret}`,
  );
  return hmac(key, text);
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
