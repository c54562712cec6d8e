import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { digestOf } from './bytes.ts';
import { iotError, kmsError, queryError, type S3ErrorName, type ServiceError, s3Error } from './errors.ts';
import type { Call } from './http.ts';
import { jsonError } from './jsonservice.ts';
import type { Identity } from './permissions/identities.ts';
import { queryServiceOf } from './query.ts';
import type { Service } from './service.ts';

/**
 * AWS Signature Version 4 in the Authorization header ("Authenticating Requests: Using the Authorization Header", S3
 * API reference; "Create a signed AWS API request", IAM user guide). The whole signature and its date are
 * checked. The signatures of single chunks of a streamed body are not checked, but its trailing
 * checksum is.
 */
export type Credentials = { accessKeyId: string; secretAccessKey: string };

type Identities = ReadonlyMap<string, Identity>;

type Authorization = {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
};

/** aws-cli up to 2.9 signs IoT calls under the older name. */
const signingNames: Record<Service, readonly string[]> = {
  iot: ['iot', 'execute-api'],
  s3: ['s3'],
  kms: ['kms'],
  sts: ['sts'],
  iam: ['iam'],
  cloudformation: ['cloudformation'],
  lambda: ['lambda'],
  dynamodb: ['dynamodb'],
};
/** IAM is one for all Regions, and so was STS. Clients sign for the oldest Region. */
const globalServices: readonly Service[] = ['sts', 'iam'];
const globalRegion = 'us-east-1';
const services = Object.keys(signingNames) as Service[];

/**
 * The service that the request is signed for. AWS knows an unsigned one by its host. Here its form tells: `looksLikeIot`
 * says whether it has the path of an IoT operation.
 */
export function serviceOf(call: Call, looksLikeIot: (call: Call) => boolean): Service {
  const signedFor = parse(call.headers.authorization)?.service;
  if (signedFor !== undefined) return services.find((service) => signingNames[service].includes(signedFor)) ?? 's3';
  if (call.headers['x-amz-target'] !== undefined) return 'kms';
  return queryServiceOf(call) ?? (looksLikeIot(call) ? 'iot' : 's3');
}

/** The identity whose access key the call names. With `anyClient` every other key is the user's. */
export function identityOf(call: Call, identities: Identities): Identity | undefined {
  const key = parse(call.headers.authorization)?.accessKeyId;
  return [...identities.values()].find(({ credentials }) => credentials.accessKeyId === key);
}

/**
 * @returns the identity that signed
 * @throws ServiceError – with the service's own name and status for a missing, unknown or wrong signature
 */
export function checkSignature(call: Call, service: Service, region: string, identities: Identities): Identity {
  const refuse = refusals[service];
  const authorization = parse(call.headers.authorization);
  if (!authorization) throw refuse.missing();
  const identity = identityOf(call, identities);
  if (!identity) throw refuse.unknownKey();
  const { secretAccessKey, sessionToken } = identity.credentials;
  if (sessionToken !== call.headers['x-amz-security-token']) throw refuse.unknownKey();
  assertScope(call, service, region);
  const declared = call.headers['x-amz-content-sha256'];
  // Other words there say that the body is not signed, or signed in pieces.
  const isDigest = declared === undefined || /^[0-9a-f]{64}$/.test(declared);
  const payload = isDigest ? digestOf(call.pieces, 'sha256').toString('hex') : declared;
  if (declared !== undefined && declared !== payload)
    throw refuse.body('x-amz-content-sha256 does not match the body.');
  const expected = signatureOf(call, authorization, payload, secretAccessKey);
  const given = Buffer.from(authorization.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refuse.wrong('The signature does not match the request.');
  }
  return identity;
}

/**
 * Refuses a missing signature, and one for another Region or service ("Elements of an AWS API request signature", IAM user
 * guide). It holds for clients with credentials of their own, too.
 *
 * @throws ServiceError – with the service's own name and status
 */
export function assertScope(call: Call, service: Service, region: string): void {
  const authorization = parse(call.headers.authorization);
  if (!authorization) throw refusals[service].missing();
  const regions = globalServices.includes(service) ? [region, globalRegion] : [region];
  if (regions.includes(authorization.region) && signingNames[service].includes(authorization.service)) return;
  throw refusals[service].scope(`The credential should be scoped to ${region}/${service}.`);
}

/** Whether the opening of a WebSocket is signed, and for this Region. */
export const isScopedWebSocket = (call: Call, region: string): boolean => {
  const signed = parse(headerOf(call.query));
  return signed?.region === region && signed.service === 'iotdevicegateway';
};

/** How far the date of a request may be from the clock: S3 says 15 minutes, the others 5 (IAM user guide, API reference of S3). */
const mostSkewMs = (service: Service) => (service === 's3' ? 15 : 5) * 60_000;

/** Whether the date of a signed request is too far from `now`, or belongs to another day than its signature. */
export function isTooSkewed(call: Call, service: Service, now: Date): boolean {
  const [, year, month, day, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(call.headers['x-amz-date'] ?? '') ?? [];
  if (parse(call.headers.authorization)?.date !== `${year}${month}${day}`) return true;
  const at = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  return Math.abs(at - now.getTime()) > mostSkewMs(service);
}

/**
 * The identity that signed the opening of a WebSocket for MQTT, in its query ("MQTT over the WebSocket protocol", AWS IoT
 * developer guide). The session's token is added to the query after it was signed, or AWS refuses it.
 * Undefined for a missing or wrong signature.
 */
export function webSocketSigner(call: Call, region: string, identities: Identities): Identity | undefined {
  const authorization = parse(headerOf(call.query));
  const identity = [...identities.values()].find(
    ({ credentials }) => credentials.accessKeyId === authorization?.accessKeyId,
  );
  if (authorization?.region !== region || authorization.service !== 'iotdevicegateway' || !identity) return undefined;
  const { secretAccessKey, sessionToken } = identity.credentials;
  if ((call.query.get('X-Amz-Security-Token') ?? undefined) !== sessionToken) return undefined;
  const query = new URLSearchParams(call.query);
  for (const name of ['X-Amz-Signature', 'X-Amz-Security-Token']) query.delete(name);
  const headers = { ...call.headers, 'x-amz-date': query.get('X-Amz-Date') ?? '' };
  const expected = signatureOf({ ...call, query, headers }, authorization, sha256(''), secretAccessKey);
  const given = Buffer.from(authorization.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected) ? identity : undefined;
}

/** What a presigned query says, as the header that says the same. */
const headerOf = (query: URLSearchParams): string => {
  const [credential, names, signature] = ['Credential', 'SignedHeaders', 'Signature'].map(
    (name) => query.get(`X-Amz-${name}`) ?? '',
  );
  return `${query.get('X-Amz-Algorithm')} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
};

const s3Refusal = (name: S3ErrorName) => (message: string) => s3Error(name, message);
type JsonName = 'MissingAuthenticationTokenException' | 'UnrecognizedClientException' | 'InvalidSignatureException';
const badToken = 'The security token included in the request is invalid.';
const jsonRefusals = (error: (name: JsonName, message: string) => ServiceError) => ({
  missing: () => error('MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unknownKey: () => error('UnrecognizedClientException', badToken),
  scope: (message: string) => error('InvalidSignatureException', message),
  body: (message: string) => error('InvalidSignatureException', message),
  wrong: (message: string) => error('InvalidSignatureException', message),
});
const queryRefusals = {
  missing: () => queryError('MissingAuthenticationToken', 'Request is missing Authentication Token'),
  unknownKey: () => queryError('InvalidClientTokenId', badToken),
  scope: (message: string) => queryError('SignatureDoesNotMatch', message),
  body: (message: string) => queryError('SignatureDoesNotMatch', message),
  wrong: (message: string) => queryError('SignatureDoesNotMatch', message),
};
const refusals = {
  iot: jsonRefusals(iotError),
  kms: jsonRefusals(kmsError),
  sts: queryRefusals,
  iam: queryRefusals,
  cloudformation: queryRefusals,
  lambda: jsonRefusals(jsonError),
  dynamodb: jsonRefusals((name, message) => jsonError(name, message, 400)),
  s3: {
    missing: () => s3Error('AccessDenied', 'Access Denied'),
    unknownKey: () =>
      s3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'),
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
    // By name: as whole texts `select-type=2` would come before `select=`.
    [...call.query]
      .map(([name, value]) => [encode(name), encode(value)] as const)
      .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
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
