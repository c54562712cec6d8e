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
/** A file in base64. */
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
      /** The new passphrase for the key. */
      passphrase: z.string().min(12).max(1024),
      activate: z.boolean().default(false),
    },
    { issuerId },
  ),
  /** Makes this CA the one that certifies devices. Certificates of the other CAs stay valid. */
  'ca.activate': byTwo('issuer.activated', { issuerId }, {}),
  /**
   * Gives an issuing CA up permanently: it issues nothing more, the root's CRL lists it, and AWS learns of it from the
   * queue. The root's key is opened for that one signature. Once the revocation is on record, no error is thrown; see
   * `trouble`.
   *
   * @throws `ca.revoked`; `ca.unfit` (`outsideRoot`, with the owner who must do it); the errors of the key
   */
  'ca.revoke': byTwo(
    'issuer.revoked',
    { issuerId, reason: a.caRevocationReason, note: revocationNote, access: a.keyAccess },
    {
      /** The number of this CA's certificates that are in use. */
      certificates: z.int(),
      /** The root's CRL that lists it. Null when it could not be signed; then `ca.rootCrl` must make it. */
      rootCrl: a.rootCrl.nullable(),
      /** The error code of that failure. */
      trouble: z.string().nullable(),
    },
  ),
  /** Makes the CRL of a root. It may be empty. The root's key is opened for it. */
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
  /** Restores the key from a backup, makes it sign once, and drops it. */
  'ca.proveBackup': method(z.strictObject({ issuerId, access: a.keyAccess }), done, engineer, 'ca.backupProved'),
  /**
   * Removes the key's file from the station. `confirm` is the CA's common name.
   *
   * @throws `ca.notProved` – before a backup was proved
   */
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
  /** Locks the named CA, or all of them. */
  'ca.lock': method(z.strictObject({ issuerId: issuerId.optional() }), done, line, 'ca.locked'),
  /**
   * Changes the passphrase of a key in a file: `secret` opens it now, `passphrase` opens it from now on. Exports and
   * other CAs keep their passphrases.
   */
  'ca.changePassphrase': byTwo(
    'ca.passphraseChanged',
    { issuerId, secret: z.string().max(1024), passphrase: z.string().min(12).max(1024) },
    {},
  ),
  /** Makes the operating system forget the passphrase. */
  'ca.forget': method(z.strictObject({ issuerId }), done, engineer, 'ca.passphraseForgotten'),
  /**
   * The tokens of a module on the station's list.
   *
   * @throws `ca.moduleNotListed`, `ca.moduleUnsafe`, `ca.noTokens`
   */
  'ca.tokens': method(z.strictObject({ module: a.modulePath }), z.array(a.token), engineer, 'ca.moduleUsed'),
  'ca.modules': method(none, z.array(a.tokenModule), engineer, false),
  /**
   * Allows this module to be loaded. It is not loaded yet.
   *
   * @throws `ca.moduleUnsafe` – when other users could change the file
   */
  'ca.addModule': method(z.strictObject({ path: a.modulePath }), done, engineer, 'ca.moduleListed'),
  /** Locks the CAs whose keys this module opens. Its loaded code stays in the program until the end. */
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
  /**
   * Checks the profile and keeps it under its name.
   *
   * @throws `policy.profileInvalid` – with the first mistake
   */
  'profiles.save': method(
    z.strictObject({ text: profileText }),
    z.object({ name: z.string() }),
    engineer,
    'profile.saved',
  ),
  'profiles.remove': method(z.strictObject({ name: z.string().max(40) }), done, engineer, 'profile.removed'),
  /** Makes this the profile of new certificates. */
  'profiles.use': method(z.strictObject({ name: z.string().max(40) }), done, engineer, 'profile.chosen'),
} as const;
