/** The rows of the method table about the CA hierarchy and the profiles. */
import { z } from 'zod';
import { byTwo } from './agreement.ts';
import * as a from './authority.ts';
import { hex, unitSerial } from './base.ts';
import { revocationNote } from './certificates.ts';
import { desk, done, engineer, line, method, none } from './method.ts';
import { certificatePreview, listedProfile, profileProblem, profileText } from './profileview.ts';

const issuerId = hex.length(64);
const commonName = z.string().trim().min(1).max(64);
const years = z.int().min(1).max(50);
const pem = z.string().max(200_000);
/** base64 of a file. */
const content = z.string().min(1).max(400_000);

export const caMethods = {
  'ca.hierarchy': method(none, a.hierarchy, desk, false),
  /** Shows the CA that would be made, without making it. `parentId` is null for a root. */
  'ca.preview': method(
    z.strictObject({ commonName, keyType: a.caKeyType, years, parentId: issuerId.nullable() }),
    a.caPreview,
    engineer,
    false,
  ),
  'ca.makeRoot': byTwo(
    'issuer.added',
    { commonName, keyType: a.caKeyType, years, custody: a.newCustody },
    { issuerId },
  ),
  'ca.makeIssuing': byTwo(
    'issuer.added',
    {
      commonName,
      keyType: a.caKeyType,
      years,
      custody: a.newCustody,
      parentId: issuerId,
      access: a.keyAccess,
      activate: z.boolean().default(true),
    },
    { issuerId },
  ),
  /** Makes the key and the CSR of an issuing CA whose certificate comes from an outside CA. */
  'ca.request': method(
    z.strictObject({ commonName, keyType: a.caKeyType, custody: a.newCustody }),
    a.caRequestView,
    engineer,
    'ca.requested',
  ),
  /** `certificates`: PEM of the issued certificate and of every CA above it, the root included, in any order. */
  'ca.complete': byTwo(
    'issuer.added',
    { requestId: hex, certificates: pem, activate: z.boolean().default(true) },
    { issuerId },
  ),
  'ca.discard': method(z.strictObject({ requestId: hex }), done, engineer, 'ca.requestDiscarded'),
  /** An existing CA: PKCS#12, or PEM with key and certificate; `chain` is PEM of what the file leaves out. */
  'ca.import': byTwo(
    'issuer.added',
    {
      content,
      filePassphrase: z.string().max(1024).default(''),
      chain: pem.default(''),
      /** The passphrase for its key from now on. */
      passphrase: z.string().min(12).max(1024),
      activate: z.boolean().default(false),
    },
    { issuerId },
  ),
  /** Devices are certified by it from now on; what the others issued stays good. */
  'ca.activate': byTwo('issuer.activated', { issuerId }, {}),
  /**
   * Gives an issuing CA up permanently: it issues nothing more, the root's CRL says so, and AWS is told from the queue.
   * The root's key is opened for that one signature. Once the revocation is on record nothing is thrown; see `trouble`.
   * @throws `ca.revoked`; `ca.unfit` (`outsideRoot`, with who must do it); the refusals of the key
   */
  'ca.revoke': byTwo(
    'issuer.revoked',
    { issuerId, reason: a.caRevocationReason, note: revocationNote, access: a.keyAccess },
    {
      /** Certificates of this CA that are in use. */
      certificates: z.int(),
      /** The root's CRL that lists it. Null when it could not be signed; then `ca.rootCrl` must make it. */
      rootCrl: a.rootCrl.nullable(),
      /** The error code of that failure. */
      trouble: z.string().nullable(),
    },
  ),
  /** The CRL of a root, empty where it has revoked nothing; its key is opened for it. */
  'ca.rootCrl': method(z.strictObject({ issuerId, access: a.keyAccess }), a.rootCrl, engineer, 'crl.made'),
  'ca.exportKey': byTwo(
    'ca.exported',
    {
      issuerId,
      access: a.keyAccess,
      format: z.enum(['pem', 'p12']),
      passphrase: z.string().min(12).max(1024),
    },
    { fileName: z.string(), content: z.string() },
  ),
  'ca.splitKey': byTwo(
    'ca.split',
    {
      issuerId,
      access: a.keyAccess,
      shares: z.int().min(2).max(16),
      threshold: z.int().min(2).max(16),
    },
    { shares: z.array(a.keyShare) },
  ),
  /** Restores the key from a backup and has it sign; nothing else is done with it. */
  'ca.proveBackup': method(z.strictObject({ issuerId, access: a.keyAccess }), done, engineer, 'ca.backupProved'),
  /** Removes the key's file from the station; refused before a backup was proved. `confirm`: its common name. */
  'ca.takeOffline': byTwo('ca.keyMoved', { issuerId, confirm: z.string().max(64) }, {}),
  /**
   * Opens the active issuing CA, or the named one. The passphrase of the active CA's key file also opens every other
   * key file that it fits, so that the CRLs of older CAs stay current.
   */
  'ca.unlock': byTwo(
    'ca.unlocked',
    {
      issuerId: issuerId.optional(),
      /** The passphrase of its file, or the PIN of its token. Empty for KMS. */
      secret: z.string().max(1024),
      /** Lets the operating system keep the passphrase. That needs two people; opening the CA for today does not. */
      remember: z.boolean().default(false),
    },
    {},
    ({ remember }: { remember: boolean }) => remember,
  ),
  /** All of them, unless one is named. */
  'ca.lock': method(z.strictObject({ issuerId: issuerId.optional() }), done, line, 'ca.locked'),
  /** Of a key in a file: `secret` opens it, `passphrase` does from now on. Exports and other CAs keep theirs. */
  'ca.changePassphrase': byTwo(
    'ca.passphraseChanged',
    { issuerId, secret: z.string().max(1024), passphrase: z.string().min(12).max(1024) },
    {},
  ),
  /** The operating system forgets the passphrase it keeps. */
  'ca.forget': method(z.strictObject({ issuerId }), done, engineer, 'ca.passphraseForgotten'),
  /** Of a module on the station's list; refuses `ca.moduleNotListed`, `ca.moduleUnsafe`, `ca.noTokens`. */
  'ca.tokens': method(z.strictObject({ module: a.modulePath }), z.array(a.token), engineer, 'ca.moduleUsed'),
  'ca.modules': method(none, z.array(a.tokenModule), engineer, false),
  /** It may be loaded from now on; nothing is yet. Refuses `ca.moduleUnsafe` for a file that others could change. */
  'ca.addModule': method(z.strictObject({ path: a.modulePath }), done, engineer, 'ca.moduleListed'),
  /** CAs whose keys it opens are locked. What was loaded stays in the program until it ends. */
  'ca.removeModule': method(z.strictObject({ path: a.modulePath }), done, engineer, 'ca.moduleUnlisted'),

  'profiles.list': method(none, z.array(listedProfile), desk, false),
  /** The sample certificate of such a unit, or problems when the text is not a profile. */
  'profiles.preview': method(
    z.strictObject({
      text: profileText,
      unit: z.strictObject({
        unitSerial,
        model: z.string().max(64),
        hardwareId: z.string().max(128),
      }),
      keyType: a.caKeyType,
    }),
    z.object({ problems: z.array(profileProblem), preview: certificatePreview.nullable() }),
    desk,
    false,
  ),
  /** Checked, then kept under its name; refused with its first mistake. */
  'profiles.save': method(
    z.strictObject({ text: profileText }),
    z.object({ name: z.string() }),
    engineer,
    'profile.saved',
  ),
  'profiles.remove': method(z.strictObject({ name: z.string().max(40) }), done, engineer, 'profile.removed'),
  /** Certificates are issued under it from now on. */
  'profiles.use': method(z.strictObject({ name: z.string().max(40) }), done, engineer, 'profile.chosen'),
} as const;
