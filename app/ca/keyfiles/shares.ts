/**
 * A CA's key in shares (Shamir): any `threshold` of them restore it, and fewer reveal nothing about it. The package
 * shamir-secret-sharing, audited by Cure53 and Zellic, does the sharing.
 *
 * The key itself is split, not a key that encrypts it. With an encrypting key, each share would repeat the ciphertext
 * and be 32 octets and a tag longer. It would gain nothing, because fewer shares than the threshold reveal nothing
 * about any secret. Only the part of the key that cannot be computed again is split: the scalar of an EC key, the
 * primes of an RSA key. That makes a share 140 characters for P-256 and 800 for RSA-4096, whose PKCS#8 would be 3,200
 * and fit no QR code.
 */

import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { StationError } from '../../contract/errors.ts';
import { softwareKey } from '../authorities/key.ts';
import { sha256Hex } from '../keys/publickey.ts';
import { coreOf, keyFromCore } from './keycore.ts';

export type ShareFacts = {
  /** The first 16 digits of SHA-256 of the CA's SubjectPublicKeyInfo, lower-case hex. */
  ca: string;
  /** The split that the share is from: 8 random digits. */
  splitId: string;
  threshold: number;
  count: number;
  /** 1 to `count`. */
  index: number;
};
type Share = ShareFacts & { bytes: Uint8Array };

export type BadShareReason = 'notAShare' | 'damaged' | 'mixed' | 'repeated' | 'tooFew' | 'wrongKey';

/** `ca.badShares` with `data.reason`. `data.share` tells the share that is at fault, when it is a single one. */
const badShares = (reason: BadShareReason, detail: string, data: Record<string, number> = {}): StationError =>
  new StationError('ca.badShares', detail, { data: { reason, ...data } });

const kind = 'birthmark-share-1';
const maxShares = 16;

/**
 * Writes one text for each share, for paper, a QR code or a stick:
 * `birthmark-share-1:<ca>:<split>:<threshold>:<count>:<index>:<base64url>:<check>`. `check` is the first 8 digits of
 * SHA-256 of everything before its colon. All shares have the same worth.
 * @throws `call.badParams`
 */
export async function splitKey(privateKey: KeyObject, terms: { shares: number; threshold: number }): Promise<string[]> {
  const { shares: count, threshold } = terms;
  const whole = Number.isInteger(count) && Number.isInteger(threshold);
  if (!(whole && threshold >= 2 && threshold <= count && count <= maxShares))
    throw new StationError(
      'call.badParams',
      `a key is split into 2 to ${maxShares} shares, of which at least 2 are needed`,
    );
  const ca = caOf(privateKey);
  const splitId = randomBytes(4).toString('hex');
  const secret = coreOf(privateKey);
  try {
    const parts = await split(secret, count, threshold);
    return parts.map((bytes, i) => {
      const text = [kind, ca, splitId, threshold, count, i + 1, Buffer.from(bytes).toString('base64url')].join(':');
      bytes.fill(0);
      return `${text}:${checkOf(text)}`;
    });
  } finally {
    secret.fill(0);
  }
}

/**
 * Joins at least as many shares as their split asks for, and compares the key with the CA that the shares name.
 * @throws `ca.badShares` – with `data.reason`; `tooFew` has `data.missing`
 */
export async function joinShares(texts: readonly string[]): Promise<KeyObject> {
  const shares = texts.map(readShare);
  try {
    assertTogether(shares);
    return keyNamed(await combined(shares), shares[0]!.ca);
  } finally {
    for (const { bytes } of shares) bytes.fill(0);
  }
}

/**
 * Empty when the shares cannot be combined. Such shares were made by hand, because `assertTogether` found nothing
 * wrong.
 */
const combined = (shares: readonly Share[]): Promise<Uint8Array> =>
  combine(shares.map(({ bytes }) => bytes)).catch(() => new Uint8Array(0));

/** Zeroes `secret`. */
function keyNamed(secret: Uint8Array, ca: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = keyFromCore(secret);
  } catch {
    // Noise is not a key, and the error needs no more detail.
  } finally {
    secret.fill(0);
  }
  if (key === undefined || caOf(key) !== ca)
    throw badShares(
      'wrongKey',
      'the shares are whole, but what they give is not the key of their CA: one was exchanged',
    );
  return key;
}

const caOf = (key: KeyObject): string => sha256Hex(softwareKey(key).spkiDer).slice(0, 16);
const checkOf = (text: string): string => sha256Hex(Buffer.from(text)).slice(0, 8);

/**
 * What a share says about itself.
 * @throws `ca.badShares` – `notAShare`, `damaged`
 */
export function shareFacts(text: string): ShareFacts {
  const { bytes, ...facts } = readShare(text, 0);
  bytes.fill(0);
  return facts;
}

const form =
  /^birthmark-share-1:([0-9a-f]{16}):([0-9a-f]{8}):(\d{1,2}):(\d{1,2}):(\d{1,2}):([A-Za-z0-9_-]{4,4000}):([0-9a-f]{8})$/;

/** A share typed from paper may contain spaces and line breaks. */
function readShare(given: string, position: number): Share {
  const data = { share: position + 1 };
  const text = given.slice(0, 8192).replace(/\s+/g, '');
  const body = text.slice(0, Math.max(0, text.lastIndexOf(':')));
  const fields = form.exec(text);
  if (fields === null) {
    if (!text.startsWith(`${kind}:`)) throw badShares('notAShare', `share ${data.share} is not a share of a key`, data);
    throw badShares('damaged', `share ${data.share} is damaged: part of it is missing or misread`, data);
  }
  if (checkOf(body) !== fields[7])
    throw badShares('damaged', `share ${data.share} is damaged: its check does not fit`, data);
  const [threshold, count, index] = [Number(fields[3]), Number(fields[4]), Number(fields[5])];
  const bytes = new Uint8Array(Buffer.from(fields[6]!, 'base64url'));
  const sound = threshold >= 2 && threshold <= count && count <= maxShares && index >= 1 && index <= count;
  if (!sound) throw badShares('damaged', `share ${data.share} is damaged: its numbers do not fit`, data);
  return { ca: fields[1]!, splitId: fields[2]!, threshold, count, index, bytes };
}

function assertTogether(shares: readonly Share[]): void {
  const [first] = shares;
  if (first === undefined) throw badShares('tooFew', 'there is no share', { missing: 2 });
  const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, count, bytes.length].join();
  const stranger = shares.findIndex((share) => of(share) !== of(first));
  if (stranger >= 0)
    throw badShares('mixed', `share ${stranger + 1} is from another split than share 1`, { share: stranger + 1 });
  const twice = shares.findIndex((share, i) => shares.findIndex(({ index }) => index === share.index) < i);
  if (twice >= 0) {
    const { index, count } = shares[twice]!;
    throw badShares('repeated', `share ${twice + 1} is there before: number ${index} of ${count}`, {
      share: twice + 1,
    });
  }
  const missing = first.threshold - shares.length;
  if (missing > 0) {
    const why = `${first.threshold} of the ${first.count} shares are needed, ${missing} more than these`;
    throw badShares('tooFew', why, { missing });
  }
}
