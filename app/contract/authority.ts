/** The CA hierarchy: its CAs, the place of each private key, and the acts on them. */
import { z } from 'zod';
import { hex, isoTime, wireError } from './base.ts';
import { crlDue, lastCrl } from './certificates.ts';

/**
 * `token`: in a PKCS#11 token. `kms`: in AWS KMS. `elsewhere`: not at this station, which knows only the certificate.
 */
export const custodyKind = z.enum(['file', 'token', 'kms', 'elsewhere']);
export type CustodyKind = z.infer<typeof custodyKind>;

export const modulePath = z.string().min(1).max(300);
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region such as eu-central-1');
const keyArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/,
    'an ARN such as arn:aws:kms:REGION:ACCOUNT:key/ID',
  );

/** The place of a private key, without any secret. */
export const custody = z.discriminatedUnion('kind', [
  /** Encrypted PKCS#8 under this name in the folder `ca` of the station. */
  z.strictObject({
    kind: z.literal('file'),
    file: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.-]{0,80}\.pem$/,
        'a file of the folder of keys: small letters, digits, . and -, with .pem at the end',
      ),
  }),
  /** A token is identified by its serial number, and a key in it by CKA_ID. */
  z.strictObject({
    kind: z.literal('token'),
    module: modulePath,
    tokenLabel: z.string().max(64),
    tokenSerial: z.string().min(1).max(64),
    keyIdHex: hex.max(128),
  }),
  z.strictObject({ kind: z.literal('kms'), region, keyArn, endpointUrl: z.url().optional() }),
  z.strictObject({ kind: z.literal('elsewhere') }),
]);
export type Custody = z.infer<typeof custody>;

export const caKeyType = z.enum(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096']);
export type CaKeyType = z.infer<typeof caKeyType>;

/** Long enough to protect a CA's key. `checkPassphrase` counts characters; this checks the form only. */
const newPassphrase = z.string().min(12).max(1024);
const secret = z.string().max(1024);

/** The place for the key of a new CA. In a token or in KMS the key is made there and never leaves it. */
export const newCustody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), passphrase: newPassphrase }),
  /** Makes a key, or takes the one with this CKA_ID that was made in the token beforehand. */
  z.strictObject({
    kind: z.literal('token'),
    module: modulePath,
    tokenSerial: z.string().min(1).max(64),
    pin: secret,
    keyIdHex: hex.max(128).optional(),
  }),
  /** Makes a key, or takes the named one. */
  z.strictObject({ kind: z.literal('kms'), region, endpointUrl: z.url().optional(), keyArn: keyArn.optional() }),
]);
export type NewCustody = z.infer<typeof newCustody>;

/** A share of a split key, from the result of `ca.splitKey`. */
export const keyShare = z.string().min(10).max(4096);

/** How a CA's existing key is opened for one act. */
export const keyAccess = z.discriminatedUnion('kind', [
  /** The passphrase of its file, or the PIN of its token. Empty for KMS. */
  z.strictObject({ kind: z.literal('secret'), secret }),
  /** From an export, while the key is not at the station. `content` is base64 of the file. */
  z.strictObject({ kind: z.literal('export'), content: z.string().max(100_000), passphrase: secret }),
  z.strictObject({ kind: z.literal('shares'), shares: z.array(keyShare).min(2).max(16) }),
]);
export type KeyAccess = z.infer<typeof keyAccess>;

/** `absent`: its token is not plugged in. `missing`: the place of the key is unknown, or its file is gone. */
export const keyState = z.enum(['locked', 'unlocked', 'absent', 'missing', 'elsewhere']);
export type KeyState = z.infer<typeof keyState>;

/**
 * The reasons of RFC 5280 §5.3.1 that fit a CA and are permanent. `cACompromise` means that its key is no longer
 * secret.
 */
export const caRevocationReason = z.enum([
  'unspecified',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
]);
export type CaRevocationReason = z.infer<typeof caRevocationReason>;

export const caRevocation = z.object({
  reason: caRevocationReason,
  note: z.string(),
  actor: z.string(),
  /** Null when no second person on record could agree. */
  agreedBy: z.string().nullable(),
  revokedAt: isoTime,
  /** `waiting`: AWS must still be told. `unknown`: AWS does not know this CA. */
  cloud: z.enum(['waiting', 'inactive', 'unknown']),
});
export type CaRevocation = z.infer<typeof caRevocation>;

export const rootCrl = lastCrl;
/** The validity of a root's CRL. The root's key is opened by hand for each one. */
export const rootCrlConfig = z.object({ validDays: z.int().min(30).max(1095) });

export const caView = z.object({
  /** SHA-256 of the certificate's DER, lower-case hex. */
  issuerId: hex,
  role: z.enum(['root', 'intermediate', 'issuing']),
  subject: z.string(),
  commonName: z.string(),
  /** The CA above it; null for a root. */
  parentId: hex.nullable(),
  keyType: z.string(),
  notBeforeAt: isoTime,
  notAfterAt: isoTime,
  /** Whole days until it ends; negative afterwards. */
  daysLeft: z.int(),
  /** `soon` from 90 days before the end. */
  expiry: z.enum(['well', 'soon', 'expired']),
  /** Exactly one issuing CA is active: it certifies devices. */
  active: z.boolean(),
  custody: custodyKind,
  /** The place in words for a person: the file, the token's label, the key's ARN. */
  custodyText: z.string(),
  keyState,
  /** The known state of the token's PIN. Absent for other keys. */
  pin: z.enum(['ok', 'countLow', 'finalTry', 'locked']).optional(),
  /** Whether the operating system keeps its passphrase, which opens it at start. */
  remembered: z.boolean(),
  /** When an export or a split of its key was restored and signed. Taking the key offline requires this. */
  backupProvedAt: isoTime.nullable(),
  issued: z.int(),
  issuedToday: z.int(),
  /** The issued certificates that are in use and not revoked. */
  live: z.int(),
  revocation: caRevocation.nullable(),
  /** For a root: the last CRL that was signed and recorded, and why another one is due. */
  rootCrl: z.object({ last: rootCrl.nullable(), due: crlDue.nullable() }).nullable(),
  /** Whether AWS knows it. `unknown` until the station has asked. */
  registration: z.enum(['unknown', 'notRegistered', 'inactive', 'active']),
  certificatePem: z.string(),
});
export type CaView = z.infer<typeof caView>;

/** A request that waits for the signature of an outside CA. */
export const caRequestView = z.object({
  requestId: hex,
  subject: z.string(),
  keyType: z.string(),
  custody: custodyKind,
  custodyText: z.string(),
  requestedAt: isoTime,
  csrPem: z.string(),
});
export type CaRequestView = z.infer<typeof caRequestView>;

export const hierarchy = z.object({
  /** A root comes before its CAs, and the active issuing CA before the others of its level. */
  authorities: z.array(caView),
  requests: z.array(caRequestView),
  /** Minutes without a signature after which keys are locked; 0 means never. */
  autoLockMinutes: z.int(),
  /** Whether the operating system can keep a passphrase for this program, and the reason when it cannot. */
  remember: z.object({ available: z.boolean(), reason: z.string().optional() }),
  /**
   * No second person on record could agree with the caller. Acts of two persons are then done alone, and recorded so.
   */
  alone: z.boolean(),
  rootCrlValidDays: z.int(),
  /** PKCS#11 modules on the station's list, then others that were found in their usual places. */
  tokenModules: z.array(z.string()),
});
export type HierarchyView = z.infer<typeof hierarchy>;

/** The contents of a CA certificate, before anything is made. */
export const caPreview = z.object({
  subject: z.string(),
  issuer: z.string(),
  keyType: z.string(),
  signatureAlgorithm: z.string(),
  notBeforeAt: z.string(),
  notAfterAt: z.string(),
  pathLength: z.int(),
  /** Notes for an engineer, e.g. that the CA ends with its parent. */
  notes: z.array(z.string()),
});
export type CaPreview = z.infer<typeof caPreview>;

/** A PKCS#11 module. It is on the engineer's list, or was found in a usual place and may not be loaded yet. */
export const tokenModule = z.object({
  path: z.string(),
  listed: z.boolean(),
  /** Common names of the CAs whose keys it opens. */
  usedBy: z.array(z.string()),
  /** Why it is not loaded although it is on the list: `ca.moduleUnsafe`. */
  problem: wireError.optional(),
});
export type TokenModule = z.infer<typeof tokenModule>;

export const token = z.object({
  label: z.string(),
  serial: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  initialized: z.boolean(),
  pin: z.enum(['ok', 'countLow', 'finalTry', 'locked', 'notSet']),
  /** Each key's label, CKA_ID and type. */
  keys: z.array(z.object({ label: z.string(), keyIdHex: z.string(), keyType: z.string() })),
});
export type Token = z.infer<typeof token>;

/** How long keys stay unlocked. */
export const caConfig = z.object({ autoLockMinutes: z.int().min(0).max(1440) });
