/** Certificate profiles as files: the contents of a certificate, as JSON. Each rule cites its source. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { toldText } from './issues.ts';
import { formSentences as said } from './schemasentences.ts';

export const nameAttributes = [
  'commonName',
  'serialNumber',
  'countryName',
  'localityName',
  'stateOrProvinceName',
  'organizationName',
  'organizationalUnitName',
  'dnQualifier',
] as const;

/** The fields that a template may use, written `{unitSerial}`. */
export const unitFields = ['unitSerial', 'organisation', 'model', 'hardwareId'] as const;
export type UnitField = (typeof unitFields)[number];

export const issuerKeys = ['P-256', 'P-384', 'P-521', 'RSA'] as const;
export type IssuerKey = (typeof issuerKeys)[number];

/** RFC 8813 §3 and RFC 3279 §2.3.1: the usages of each key type, without those of a CA. */
const ecUsages = ['digitalSignature', 'nonRepudiation', 'keyAgreement'] as const;
const rsaUsages = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'] as const;

/** AWS IoT Core, "X.509 certificates", signing algorithms; RFC 5758 §3.2, RFC 4055 §3.1 and §5. */
const ecAlgorithms = ['ecdsa-with-SHA256', 'ecdsa-with-SHA384', 'ecdsa-with-SHA512'] as const;
const rsaAlgorithms = [
  'sha256WithRSAEncryption',
  'sha384WithRSAEncryption',
  'sha512WithRSAEncryption',
  'rsassaPss-SHA256',
  'rsassaPss-SHA384',
  'rsassaPss-SHA512',
] as const;

/** The parts of a profile for which `sources` may cite a reason. */
export const profileSections = [
  'subject',
  'validity',
  'keyUsage',
  'extendedKeyUsage',
  'subjectAltNames',
  'policies',
  'crlDistributionPoints',
  'signature',
] as const;
export type ProfileSection = (typeof profileSections)[number];

const clientAuth = '1.3.6.1.5.5.7.3.2';
/** serverAuth is allowed as a matter of taste. These would let a device vouch for others or for anything. */
const forbiddenPurposes: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

const maxDays = 36_500;
const placeholder = /\{([^{}]*)\}/g;
const isField = (name: string): boolean => (unitFields as readonly string[]).includes(name);

const dotted = /^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))+$/;
/** For hardware types, which may be UUIDs. Arcs may have any length. */
const longOid = z.string().max(64).regex(dotted);
/** For other OIDs, within the DER codec's range: arcs below 2^31, and the second arc below 48 under 0 and 1. */
const oid = z
  .string()
  .max(64)
  .regex(dotted, said.oidForm)
  .refine(
    (text) => text.split('.').every((arc) => !(Number(arc) >= 2 ** 31)) && !/^2\.(?:4[89]|[5-9]\d|\d{3,})\./.test(text),
    {
      error: said.oidArcs,
    },
  );

/** Fixed text, unit fields in braces, or both. */
const template = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/[{}]/.test(text.replace(placeholder, '')), said.unitFieldBraces)
  .refine((text) => [...text.matchAll(placeholder)].every(([, name]) => isField(name ?? '')), said.unitFieldNames);

/** The error names the allowed members beside the unknown one. */
const strict = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? toldText('notKnownAllowed', {
            names: (issue.keys as string[]).join(', '),
            allowed: Object.keys(shape).join(', '),
          })
        : undefined,
  });

const areUnique = (list: readonly string[]): boolean => new Set(list).size === list.length;

const isRealTime = (time: string): boolean => new Date(time).toJSON()?.slice(0, 19) === time.slice(0, 19);

const subjectPart = strict({ attribute: z.enum(nameAttributes), value: template });

const validity = z.discriminatedUnion(
  'kind',
  [
    strict({ kind: z.literal('days'), days: z.int().min(1).max(maxDays) }),
    strict({
      kind: z.literal('until'),
      at: isoTime.refine(isRealTime, said.realDay),
    }),
    strict({ kind: z.literal('noExpiry') }),
  ],
  { error: said.validityKind },
);

const hardwareType = z.union([z.literal('fromModel'), longOid], {
  error: said.hardwareTypeForm,
});

const altName = z.discriminatedUnion(
  'type',
  [
    strict({ type: z.literal('uri'), value: template }),
    strict({ type: z.literal('dns'), value: template }),
    strict({ type: z.literal('otherName'), oid, value: template }),
    strict({ type: z.literal('hardwareModuleName'), hardwareType, hardwareSerial: template }),
  ],
  { error: said.altNameType },
);
export type AltNameRule = z.infer<typeof altName>;

const signs = (usages: readonly string[]): boolean => usages.includes('digitalSignature');
const mustSign = said.mustSign;

export const profileFile = strict({
  /** The file has the same name. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, said.smallName),
  sources: z.partialRecord(z.enum(profileSections), z.string().min(1).max(300)).default({}),
  /** In encoding order. Each attribute occurs once, so that AWS and the device read the same value. */
  subject: z
    .array(subjectPart)
    .min(1)
    .max(nameAttributes.length)
    .refine((parts) => areUnique(parts.map(({ attribute }) => attribute)), said.attributeOnce)
    .refine((parts) => parts.some(({ attribute }) => attribute === 'commonName'), said.commonNameNeeded),
  validity,
  /** How long before now a certificate begins. It never begins before the issuer. */
  backdateMs: z
    .int()
    .min(0)
    .max(30 * 24 * 3600 * 1000)
    .default(24 * 3600 * 1000),
  keyUsage: strict({
    ec: z.array(z.enum(ecUsages)).min(1).refine(signs, mustSign),
    rsa: z.array(z.enum(rsaUsages)).min(1).refine(signs, mustSign),
  }),
  /** OIDs. An empty list leaves the extension out. */
  extendedKeyUsage: z
    .array(
      oid.refine((purpose) => !Object.hasOwn(forbiddenPurposes, purpose), {
        error: ({ input }) => toldText('purposeForbidden', { purpose: forbiddenPurposes[String(input)] ?? '' }),
      }),
    )
    .max(8)
    .refine(areUnique, said.purposeOnce)
    .refine((purposes) => purposes.length === 0 || purposes.includes(clientAuth), said.clientAuthNeeded)
    .default([]),
  subjectAltNames: z.array(altName).max(8).default([]),
  /** OIDs. Qualifiers are left out (RFC 5280 §4.2.1.4). */
  policies: z
    .array(oid.refine((policy) => policy !== '2.5.29.32.0', said.anyPolicy))
    .max(8)
    .refine(areUnique, said.policyOnce)
    .default([]),
  crlDistributionPoints: z
    .array(
      z
        .string()
        .max(255)
        .regex(/^http:\/\/[a-z0-9.-]+(?::\d{1,5})?\/[!-z|~]+$/, said.crlAddress),
    )
    .max(4)
    .refine(areUnique, said.addressOnce)
    .default([]),
  /** By the issuing CA's key. The default is a hash as strong as the curve, and SHA-256 for RSA. */
  signature: strict({
    'P-256': z.enum(ecAlgorithms).optional(),
    'P-384': z.enum(ecAlgorithms).optional(),
    'P-521': z.enum(ecAlgorithms).optional(),
    RSA: z.enum(rsaAlgorithms).optional(),
  }).default({}),
});
export type ProfileFile = z.infer<typeof profileFile>;
