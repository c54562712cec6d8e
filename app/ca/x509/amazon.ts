/** A certificate that AWS IoT made from the request of a device. */
import { StationError } from '../../contract/errors.ts';
import { oids } from '../asn1/oids.ts';
import { derOf } from '../asn1/pem.ts';
import { readKey } from '../keys/publickey.ts';
import { certificateId, readCertificate, serialHexOf } from './certificate.ts';
import { readBasicConstraints } from './extension.ts';

type AmazonCertificate = {
  der: Uint8Array;
  /** The TBSCertificate inside. */
  tbsDer: Uint8Array;
  serialHex: string;
  certificateId: string;
  spkiSha256: string;
  /** RFC 4514. AWS puts the subject of the request there. */
  subject: string;
  notBeforeAt: string;
  notAfterAt: string;
};

/**
 * Reads it. AWS publishes no certificate of its issuing CA, so its signature is not verified: the answer of AWS, and that
 * AWS knows its SHA-256, stand for it.
 *
 * @throws `cloud.badAnswer` – when it is not a certificate of a device
 */
export function readAmazonCertificate(pem: string): AmazonCertificate {
  try {
    const der = derOf(pem, 'CERTIFICATE');
    const { tbs, tbsDer } = readCertificate(der);
    const constraints = tbs.extensions.find(({ oid }) => oid === oids.basicConstraints);
    if (constraints && readBasicConstraints(constraints.value).ca) throw new Error('it is a CA');
    return {
      ...{ der, tbsDer, serialHex: serialHexOf(tbs), certificateId: certificateId(der) },
      ...{ spkiSha256: readKey(tbs.spkiDer).spkiSha256, subject: tbs.subject.text },
      notBeforeAt: tbs.notBefore.toISOString(),
      notAfterAt: tbs.notAfter.toISOString(),
    };
  } catch (cause) {
    throw new StationError('cloud.badAnswer', `AWS's certificate cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
