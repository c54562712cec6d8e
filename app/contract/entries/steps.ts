/** The data of each step of a unit, as the journal keeps it. */
import { z } from 'zod';
import type { StepName } from '../bench.ts';

const text = z.string();
/** A sealed device takes no other key and no other certificate; some devices are never sealed. */
const skipped = z.strictObject({ skipped: z.enum(['sealed', 'doesNotSeal']) });

/** The items that were read back unchanged, and the items that this device does not let anyone read. */
const readBack = { compared: z.array(text), unread: z.array(text) };

const proof = z.discriminatedUnion('proof', [
  /** `nonce` in lower-case hex, `signature` (DER) in base64. */
  z.strictObject({ ...readBack, proof: z.literal('nonce'), nonce: text, signature: text }),
  /** base64 of the DER. */
  z.strictObject({ ...readBack, proof: z.literal('freshCsr'), csr: text }),
  z.strictObject({ ...readBack, proof: z.literal('publicKey'), spkiSha256: text }),
  z.strictObject({ ...readBack, proof: z.literal('csr'), keyMark: text }),
]);

export const stepData = {
  identify: z.strictObject({ model: text, hardwareId: text, firmware: text, hasKey: z.boolean(), sealed: z.boolean() }),
  /** `keyMark` tells this key from another one of the device, if its protocol has such marks. */
  key: z.union([z.strictObject({ created: z.boolean(), keyType: text, keyMark: text.optional() }), skipped]),
  /** `notes` name further checks besides the signature. */
  csr: z.union([z.strictObject({ spkiSha256: text, keyType: text, subject: text, notes: z.array(text) }), skipped]),
  decide: z.union([z.strictObject({ notes: z.array(text) }), skipped]),
  /** `reused`: the certificate was on record for this key; nothing was signed. */
  issue: z.union([z.strictObject({ certificateId: text, serialHex: text, reused: z.boolean() }), skipped]),
  /** The claim on the device, with which it asks AWS for a certificate. `compared` and `unread`: items, as for `verify`. */
  claim: z.union([
    z.strictObject({
      ...{ claimId: z.int(), certificateId: text, bytes: z.int(), notHeld: z.array(text).optional() },
      ...readBack,
    }),
    skipped,
  ]),
  /**
   * `thingName` is the name that the device was told. `notHeld` names the items for which its protocol has no place.
   */
  install: z.union([
    z.strictObject({ certificateId: text, thingName: text, bytes: z.int(), notHeld: z.array(text).optional() }),
    skipped,
  ]),
  verify: proof,
  /** The phases are in the entry `device.calledHome`. */
  connect: z.strictObject({ clientId: text, tries: z.int() }),
  seal: z.union([z.strictObject({}), skipped]),
} as const satisfies Record<StepName, z.ZodType<Record<string, unknown>>>;

export type StepDataOf<S extends StepName> = z.output<(typeof stepData)[S]>;
export type StepData = StepDataOf<StepName>;

/** The data of any step. Another field names the step. */
export const anyStepData = z.union([
  stepData.identify,
  stepData.key,
  stepData.csr,
  stepData.decide,
  stepData.issue,
  stepData.claim,
  stepData.install,
  stepData.verify,
  stepData.connect,
  stepData.seal,
]);
