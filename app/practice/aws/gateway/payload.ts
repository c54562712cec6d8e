import { decode, encode } from 'cborg';

/** Payloads of the device provisioning MQTT API, in JSON (RFC 8259) or CBOR (RFC 8949). */
export type PayloadFormat = 'json' | 'cbor';

/** Why a request is rejected: the payload of `…/rejected`. AWS documents no list of the codes (decision 230). */
export class FleetRefusal extends Error {
  readonly statusCode: number;
  readonly errorCode: string;

  constructor(statusCode: number, errorCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.errorCode = errorCode;
  }
}

/** No request of this API is nested deeper than its `parameters`. */
const maxDepth = 8;

/**
 * The members of a request. No bytes are a request without members.
 * @throws FleetRefusal InvalidPayload
 */
export function readPayload(format: PayloadFormat, payload: Uint8Array): ReadonlyMap<string, unknown> {
  if (payload.length === 0) return new Map();
  const value = format === 'json' ? fromJson(payload) : fromCbor(payload);
  if (!(value instanceof Map)) throw invalid('it is not an object');
  return value as ReadonlyMap<string, unknown>;
}

export const writePayload = (format: PayloadFormat, value: object): Uint8Array =>
  format === 'json' ? Buffer.from(JSON.stringify(value)) : encode(value);

/** A map or object as an object without a prototype, so that a member `__proto__` is one like all others. */
export function plain(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, member] of value) made[String(key)] = plain(member);
  return made;
}

function fromJson(payload: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    return mapped(JSON.parse(text));
  } catch (error) {
    if (error instanceof FleetRefusal) throw error;
    throw invalid('it is not JSON in UTF-8');
  }
}

function fromCbor(payload: Uint8Array): unknown {
  try {
    return decode(payload, { useMaps: true, rejectDuplicateMapKeys: true, allowBigInt: false });
  } catch {
    throw invalid('it is not CBOR');
  }
}

function mapped(value: unknown, depth = 0): unknown {
  if (depth > maxDepth) throw invalid('it is nested too deeply');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return new Map(Object.entries(value).map(([key, member]) => [key, mapped(member, depth + 1)]));
}

const invalid = (why: string) => new FleetRefusal(400, 'InvalidPayload', `The payload cannot be read: ${why}.`);
