/**
 * Which operation a request is. S3 chooses by the method, by what the path names, by the sub-resources in the query and by
 * some headers (each operation's "Request Syntax", S3 API reference). All four are compared exactly: a key of the query or
 * a header with a meaning that the operation's row does not have is refused, because ignoring it would do something else.
 */
import { s3Error } from '../errors.ts';
import type { Call } from '../http.ts';
import { lockHeaders } from './locks.ts';

type Route = {
  operation: string;
  method: string;
  on: 'service' | 'bucket' | 'object';
  /** Keys that the query must have, and keys that it may have. */
  query?: readonly string[];
  mayQuery?: readonly string[];
  /** A header that the request must have. */
  header?: string;
  /** Headers with a meaning that the operation honours. A trailing `*` stands for any end. */
  headers?: readonly string[];
};

const checksums = [
  'content-md5',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
];
const framing = [...checksums, 'content-encoding', 'x-amz-decoded-content-length', 'x-amz-trailer'];
const described = [
  'x-amz-meta-*',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];
const listing = ['prefix', 'delimiter', 'encoding-type'];

const routes: readonly Route[] = [
  { operation: 'ListBuckets', method: 'GET', on: 'service' },
  {
    operation: 'CreateBucket',
    method: 'PUT',
    on: 'bucket',
    headers: [...checksums, 'x-amz-bucket-object-lock-enabled'],
  },
  { operation: 'DeleteBucket', method: 'DELETE', on: 'bucket' },
  { operation: 'HeadBucket', method: 'HEAD', on: 'bucket' },
  { operation: 'GetBucketLocation', method: 'GET', on: 'bucket', query: ['location'] },
  { operation: 'GetBucketPolicyStatus', method: 'GET', on: 'bucket', query: ['policyStatus'] },
  { operation: 'GetBucketAcl', method: 'GET', on: 'bucket', query: ['acl'] },
  { operation: 'GetPublicAccessBlock', method: 'GET', on: 'bucket', query: ['publicAccessBlock'] },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    query: ['list-type'],
    mayQuery: [...listing, 'start-after', 'max-keys', 'continuation-token', 'fetch-owner'],
  },
  { operation: 'ListObjects', method: 'GET', on: 'bucket', mayQuery: [...listing, 'marker', 'max-keys'] },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    query: ['uploads'],
    mayQuery: [...listing, 'max-uploads', 'key-marker', 'upload-id-marker'],
  },
  { operation: 'DeleteObjects', method: 'POST', on: 'bucket', query: ['delete'], headers: framing },
  {
    operation: 'CopyObject',
    method: 'PUT',
    on: 'object',
    header: 'x-amz-copy-source',
    headers: [...described, 'x-amz-metadata-directive'],
  },
  {
    operation: 'PutObject',
    method: 'PUT',
    on: 'object',
    headers: [...framing, ...described, ...lockHeaders, 'if-none-match', 'if-match'],
  },
  {
    operation: 'GetObject',
    method: 'GET',
    on: 'object',
    headers: ['range', 'if-match', 'if-none-match', 'x-amz-checksum-mode'],
  },
  {
    operation: 'HeadObject',
    method: 'HEAD',
    on: 'object',
    headers: ['if-match', 'if-none-match', 'x-amz-checksum-mode'],
  },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object' },
  {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    query: ['uploads'],
    headers: [...described, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
  },
  { operation: 'UploadPart', method: 'PUT', on: 'object', query: ['partNumber', 'uploadId'], headers: framing },
  {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    query: ['uploadId'],
    headers: [...checksums, 'x-amz-checksum-type', 'x-amz-mp-object-size', 'if-none-match', 'if-match'],
  },
  { operation: 'AbortMultipartUpload', method: 'DELETE', on: 'object', query: ['uploadId'] },
  {
    operation: 'ListParts',
    method: 'GET',
    on: 'object',
    query: ['uploadId'],
    mayQuery: ['max-parts', 'part-number-marker'],
  },
];

/** The SDK repeats the operation's name in `x-id`. */
const idKey = 'x-id';
/** Headers of signing and of tracing, and the checksum that the SDK announces beside the one that it sends. */
const always = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-expected-bucket-owner',
];
/** Headers of HTTP to which S3 gives a meaning. */
const meant =
  /^(x-amz-.*|if-.*|range|content-md5|content-encoding|content-disposition|content-language|cache-control|expires)$/;

export function placeOf(call: Call): { bucket: string; key: string } {
  const [bucket = '', ...key] = call.segments;
  return { bucket, key: key.join('/') };
}

/** @throws ServiceError NotImplemented – names what is not offered */
export function s3Operation(call: Call): string {
  const { bucket, key } = placeOf(call);
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const keys = [...call.query.keys()].filter((name) => name !== idKey);
  const route = routes.find(
    ({ method, on: place, query = [], mayQuery = [], header }) =>
      method === call.method &&
      place === on &&
      (header === undefined || call.headers[header] !== undefined) &&
      query.every((name) => keys.includes(name)) &&
      keys.every((name) => query.includes(name) || mayQuery.includes(name)),
  );
  const id = call.query.get(idKey);
  if (!route || (id !== null && id !== route.operation)) {
    const asked = [call.method, on, ...keys].join(' ');
    throw notImplemented(id ?? `this operation (${asked})`);
  }
  const honoured = [...always, ...(route.headers ?? []), ...(route.header === undefined ? [] : [route.header])];
  const strange = Object.keys(call.headers).find(
    (name) =>
      meant.test(name) &&
      !honoured.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name)),
  );
  if (strange !== undefined) throw notImplemented(`the header ${strange} with ${route.operation}`);
  return route.operation;
}

export const s3Offered: readonly string[] = routes.map(({ operation }) => operation);

const notImplemented = (what: string) =>
  s3Error('NotImplemented', `A header or query you provided implies functionality that is not implemented: ${what}.`);
