import type { Account } from '../account.ts';
import { joined } from '../bytes.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { refusalOf } from '../permissions/guard.ts';
import type { Identity } from '../permissions/identities.ts';
import { document, textsOf, unescapeXml } from '../xml.ts';
import { findBucket, xmlReply } from './buckets.ts';
import { checkChecksums } from './checksums.ts';
import { uploadedBody } from './chunked.ts';
import { assertFree, isLocked } from './locks.ts';

export function deleteObject(account: Account, bucket: string, key: string): Reply {
  const { objects } = findBucket(account, bucket);
  assertFree(account, objects.get(key));
  objects.delete(key);
  account.changed();
  return { status: 204 };
}

const maxKeys = 1000;

/** Up to 1000 keys in one call, each allowed or refused by itself. @throws ServiceError MalformedXML, InvalidRequest */
export function deleteObjects(account: Account, caller: Identity, bucket: string, call: Call): Reply {
  const { objects } = findBucket(account, bucket);
  const { pieces, headers } = uploadedBody(call);
  if (!checkChecksums(headers, pieces) && headers['content-md5'] === undefined) {
    throw s3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const xml = joined(pieces).toString('utf8');
  if (/<(VersionId|ETag|LastModifiedTime|Size)>/.test(xml)) {
    throw s3Error('NotImplemented', 'The practice AWS deletes by key alone.');
  }
  const keys = textsOf(xml, 'Object').map((object) => unescapeXml(textsOf(object, 'Key')[0] ?? ''));
  if (keys.length === 0 || keys.length > maxKeys || keys.includes('')) {
    throw s3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
  }
  const results = keys.map((key) => {
    const need = { action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/${key}` };
    const locked = isLocked(account, objects.get(key)) ? 'The object is protected by object lock.' : undefined;
    return { key, refused: refusalOf(account, caller, need) ?? locked };
  });
  for (const { key, refused } of results) if (refused === undefined) objects.delete(key);
  account.changed();
  const quiet = textsOf(xml, 'Quiet')[0] === 'true';
  return xmlReply(
    document('DeleteResult', {
      Deleted: quiet ? [] : results.flatMap(({ key, refused }) => (refused === undefined ? [{ Key: key }] : [])),
      Error: results.flatMap(({ key, refused }) =>
        refused === undefined ? [] : [{ Key: key, Code: 'AccessDenied', Message: refused }],
      ),
    }),
  );
}
