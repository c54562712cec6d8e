/** The rows of the method table about certificates on record and their revocation lists. */
import { z } from 'zod';
import { desk, engineer, method, none } from './method.ts';
import * as m from './model.ts';

export const certificateMethods = {
  'certificates.list': method(
    z.strictObject({
      /** The beginning of a unit serial, certificate serial or certificate id. */
      query: z.string().max(128).optional(),
      state: m.certificateState.optional(),
      /** Only certificates of this CA. */
      issuerId: m.hex.optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.object({ total: z.int(), rows: z.array(m.issuedCertificate) }),
    desk,
    false,
  ),
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
