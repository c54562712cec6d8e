import { isUtf8 } from 'node:buffer';

/**
 * Control packets of MQTT 3.1.1 as far as the gateway looks into them before its broker does (OASIS MQTT 3.1.1 §2, §3).
 * What is not here is the broker's.
 */
export type Frame =
  | { type: 'connect'; level: number }
  | { type: 'publish'; qos: number; retain: boolean; topic: string; payloadBytes: number }
  | { type: 'subscribe'; asked: { filter: string; qos: number }[] }
  | { type: 'disconnect' }
  | { type: 'other' }
  | { type: 'malformed' };

const malformed: Frame = { type: 'malformed' };

/**
 * Where the first packet in these bytes ends.
 * @returns undefined while that is not known yet, and -1 for a length of more than four bytes (§2.2.3)
 */
export function frameEnd(bytes: Uint8Array): number | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return at + 1 + length;
  }
  return -1;
}

/** Reads one whole packet. It never throws. */
export function readFrame(bytes: Buffer): Frame {
  const first = bytes[0] ?? 0;
  let start = 1;
  while (start < 5 && (bytes[start] ?? 0) >= 0x80) start += 1;
  const body = bytes.subarray(start + 1);
  switch (first >> 4) {
    case 1:
      return connect(body);
    case 3:
      return publish(first, body);
    case 8:
      return (first & 0x0f) === 2 ? subscribe(body) : malformed;
    case 10:
      return (first & 0x0f) === 2 && listOf(body, 2) ? { type: 'other' } : malformed;
    case 14:
      return body.length === 0 ? { type: 'disconnect' } : malformed;
    // PUBACK; and PINGREQ.
    case 4:
      return body.length === 2 ? { type: 'other' } : malformed;
    case 12:
      return body.length === 0 ? { type: 'other' } : malformed;
    // What remains belongs to QoS 2, or only a server sends it.
    default:
      return malformed;
  }
}

function connect(body: Buffer): Frame {
  const name = textAt(body, 0);
  const level = name && body[name.end];
  if (name === undefined || level === undefined) return malformed;
  // The lowest flag is reserved (§3.1.2.3).
  if (((body[name.end + 1] ?? 0) & 1) === 1) return malformed;
  return name.text === 'MQTT' || name.text === 'MQIsdp' ? { type: 'connect', level } : malformed;
}

function publish(first: number, body: Buffer): Frame {
  const topic = textAt(body, 0);
  const qos = (first >> 1) & 3;
  const start = topic && topic.end + (qos > 0 ? 2 : 0);
  if (topic === undefined || start === undefined || start > body.length || qos === 3) return malformed;
  if (qos > 0 && body.readUInt16BE(topic.end) === 0) return malformed;
  return { type: 'publish', qos, retain: (first & 1) === 1, topic: topic.text, payloadBytes: body.length - start };
}

function subscribe(body: Buffer): Frame {
  const asked = listOf(body, 2, 1)?.map(({ text, end }) => ({ filter: text, qos: body[end] ?? 0 }));
  return asked === undefined || asked.some(({ qos }) => qos > 2) ? malformed : { type: 'subscribe', asked };
}

/** Texts, one after the other to the end of the body, each followed by some bytes. At least one, with an id before them. */
function listOf(body: Buffer, from: number, between = 0): { text: string; end: number }[] | undefined {
  const list: { text: string; end: number }[] = [];
  for (let at = from; at < body.length; ) {
    const one = textAt(body, at);
    if (one === undefined || one.end + between > body.length) return undefined;
    list.push(one);
    at = one.end + between;
  }
  return list.length > 0 && body.readUInt16BE(0) !== 0 ? list : undefined;
}

/** UTF-8 with its length before it (§1.5.3). */
function textAt(body: Buffer, at: number): { text: string; end: number } | undefined {
  if (at + 2 > body.length) return undefined;
  const end = at + 2 + body.readUInt16BE(at);
  const bytes = body.subarray(at + 2, end);
  return end > body.length || !isUtf8(bytes) ? undefined : { text: bytes.toString(), end };
}
