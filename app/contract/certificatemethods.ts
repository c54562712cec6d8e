/** The rows of the method table about certificates on record and their revocation lists. */
import { z } from 'zod';
import { desk, engineer, method, none } from './method.ts';
import * as m from './model.ts';

export const certificateMethods = {
  'certificates.list': method(m.certificateFilter.extend(m.listPart), m.pageOf(m.issuedCertificate), desk, false),
  'certificates.show': method(
    z.strictObject({ serialHex: m.hex }),
    m.issuedCertificate.extend({ pem: z.string().nullable(), chainPem: z.string().nullable() }),
    desk,
    false,
  ),
  /** Revokes once and permanently. A new CRL is made at once if the CA is unlocked; AWS is told in the background. */
  'certificates.revoke': method(
    z.strictObject({ serialHex: m.hex, reason: m.revocationReason, note: m.revocationNote }),
    m.issuedCertificate,
    engineer,
    'certificate.revoked',
  ),
  /** Takes a certificate off the revocation queue, because the proof failed for another reason than its key. */
  'certificates.putBack': method(
    z.strictObject({ serialHex: m.hex, note: m.revocationNote }),
    m.issuedCertificate,
    engineer,
    'revocation.withdrawn',
  ),

  'crl.status': method(none, m.crlStatus, desk, false),
  'crl.make': method(none, m.crlStatus, engineer, 'crl.made'),
  /** The last CRL of the active issuing CA, or of the CA named. */
  'crl.show': method(
    z.strictObject({ issuerId: m.hex.optional() }),
    z.object({ pem: z.string().nullable() }),
    desk,
    false,
  ),
};
