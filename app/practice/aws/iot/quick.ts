/**
 * Reads the certificates that devices usually have, without OpenSSL. A task has a million of them, and each certificate
 * or key that OpenSSL holds must be let go by the garbage collector, one by one, while everything else waits.
 *
 * Only what is exactly of the usual shape is read: version 3, names of plain text, a P-256 key, DER to the bit. For
 * everything else the answer is undefined, and OpenSSL decides. A test compares both on certificates that were damaged.
 */
import { isAscii, isUtf8 } from 'node:buffer';

export type QuickFacts = {
  raw: Buffer;
  /** Epoch seconds. */
  notBefore: number;
  notAfter: number;
  /** Name of the issuer, DER as latin1: equal texts are equal names. */
  issuer: string;
  /** All of it that decides whether a CA may have issued it: two with the same lineage have the same answer. */
  lineage: string;
};

const armoured =
  /^-----BEGIN CERTIFICATE-----\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2}\n)-----END CERTIFICATE-----\n?$/;
/** SubjectPublicKeyInfo up to the point: id-ecPublicKey, prime256v1, a BIT STRING of 66 bytes, an uncompressed point (RFC 5480). */
const p256 = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const subjectKeyIdentifier = '\x55\x1d\x0e';
const longest = 8192;

/** The facts of a PEM certificate of the usual shape. */
export function quickFacts(pem: string): QuickFacts | undefined {
  const body = pem.length > longest ? undefined : armoured.exec(pem)?.[1]?.replaceAll('\n', '');
  if (body === undefined) return undefined;
  const raw = Buffer.from(body, 'base64');
  if (raw.toString('base64') !== body) return undefined;
  try {
    return factsOf(raw);
  } catch (thrown) {
    if (thrown instanceof Unusual) return undefined;
    throw thrown;
  }
}

class Unusual extends Error {}
const unusual = new Unusual();

function factsOf(raw: Buffer): QuickFacts {
  const whole = cursor(raw, 0, raw.length);
  const certificate = whole.inside(0x30);
  whole.end();
  const tbs = certificate.inside(0x30);
  const algorithm = certificate.text(0x30);
  if (certificate.inside(0x03).byte() !== 0) throw unusual;
  certificate.end();

  if (tbs.text(0xa0) !== '\x02\x01\x02') throw unusual;
  checkSerial(tbs.text(0x02));
  if (tbs.text(0x30) !== algorithm) throw unusual;
  checkAlgorithm(algorithm);
  const issuer = nameOf(tbs);
  const validity = tbs.inside(0x30);
  const [notBefore, notAfter] = [timeOf(validity), timeOf(validity)];
  validity.end();
  nameOf(tbs);
  checkKey(tbs);
  const lineage = algorithm + issuer + extensionsOf(tbs);
  tbs.end();
  return { raw, notBefore, notAfter, issuer, lineage };
}

/** A place in DER that only moves on. All methods throw `unusual` for what is not exactly as asked. */
function cursor(der: Buffer, from: number, to: number) {
  let at = from;
  /** The content of the next element with this tag; its length is in the shortest form. */
  const content = (tag: number): [from: number, to: number] => {
    if (at + 2 > to || der[at] !== tag) throw unusual;
    const first = der[at + 1]!;
    let [start, length] = [at + 2, first];
    if (first === 0x81) [start, length] = [at + 3, der[at + 2] ?? 0];
    if (first === 0x82) [start, length] = [at + 4, ((der[at + 2] ?? 0) << 8) | (der[at + 3] ?? 0)];
    if ((first > 0x7f && first < 0x81) || first > 0x82) throw unusual;
    if ((first === 0x81 && length < 0x80) || (first === 0x82 && length < 0x100)) throw unusual;
    if (start + length > to) throw unusual;
    at = start + length;
    return [start, at];
  };
  return {
    inside: (tag: number) => cursor(der, ...content(tag)),
    text: (tag: number) => der.toString('latin1', ...content(tag)),
    content: (tag: number) => der.subarray(...content(tag)),
    tag: () => (at < to ? der[at] : undefined),
    bytes: (length: number) => {
      if (at + length > to) throw unusual;
      at += length;
      return der.subarray(at - length, at);
    },
    byte: () => {
      if (at >= to) throw unusual;
      at += 1;
      return der[at - 1]!;
    },
    end: () => {
      if (at !== to) throw unusual;
    },
    isEnd: () => at === to,
    since: (start: number) => der.toString('latin1', start, at),
    at: () => at,
  };
}
type Cursor = ReturnType<typeof cursor>;

/** A name of plain text: relative names of one attribute each. */
function nameOf(tbs: Cursor): string {
  const start = tbs.at();
  const name = tbs.inside(0x30);
  while (!name.isEnd()) {
    const set = name.inside(0x31);
    const attribute = set.inside(0x30);
    set.end();
    checkOid(attribute.text(0x06));
    const tag = attribute.tag();
    if (tag !== 0x0c && tag !== 0x13) throw unusual;
    const value = attribute.content(tag);
    const isPlain = tag === 0x0c ? isUtf8(value) : isAscii(value);
    if (!isPlain || value.length === 0 || value.some((byte) => byte < 0x20 || byte === 0x7f)) throw unusual;
    attribute.end();
  }
  return tbs.since(start);
}

/** A positive number of at most 20 bytes, without padding (RFC 5280 §4.1.2.2). */
function checkSerial(serial: string): void {
  const [first, second] = [serial.charCodeAt(0), serial.charCodeAt(1)];
  const isPositive = first < 0x80 && (first > 0 || second > 0x7f);
  if (!isPositive || serial.length > 20) throw unusual;
}

/** Base-128 numbers of at most four bytes, each in the shortest form. */
function checkOid(oid: string): void {
  let length = 0;
  for (let at = 0; at < oid.length; at += 1) {
    const byte = oid.charCodeAt(at);
    if (length === 0 && byte === 0x80) throw unusual;
    length = byte < 0x80 ? 0 : length + 1;
    if (length > 3) throw unusual;
  }
  if (length > 0 || oid === '' || oid.length > 32) throw unusual;
}

function checkAlgorithm(text: string): void {
  const der = Buffer.from(text, 'latin1');
  const algorithm = cursor(der, 0, der.length);
  checkOid(algorithm.text(0x06));
  if (!algorithm.isEnd() && algorithm.text(0x05) !== '') throw unusual;
  algorithm.end();
}

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTCTime or GeneralizedTime with seconds and Z (RFC 5280 §4.1.2.5), in epoch seconds. */
function timeOf(validity: Cursor): number {
  const isUtc = validity.tag() === 0x17;
  const text = validity.text(isUtc ? 0x17 : 0x18);
  const short = isUtc ? text : text.slice(2);
  const parts = utcTime.exec(short)?.slice(1).map(Number);
  if (!parts || (!isUtc && !/^(19|20|99)/.test(text))) throw unusual;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const century = isUtc ? (year < 50 ? 2000 : 1900) : Number(text.slice(0, 2)) * 100;
  const ms = Date.UTC(century + year, month - 1, day, hour, minute, second);
  const again = new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  if (again.slice(2) !== short.slice(0, 12)) throw unusual;
  return ms / 1000;
}

const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** A point of P-256: y² = x³ − 3x + b (SEC 2 §2.4.2). */
function checkKey(tbs: Cursor): void {
  if (!tbs.bytes(p256.length).equals(p256)) throw unusual;
  const [x, y] = [tbs.bytes(32), tbs.bytes(32)].map((bytes) => BigInt(`0x${bytes.toString('hex')}`)) as [
    bigint,
    bigint,
  ];
  if (x >= prime || y >= prime || (y * y - ((x * x - 3n) * x + b)) % prime !== 0n) throw unusual;
}

/** The extensions. Of the identifier of its own key only the length counts for who may have issued it. */
function extensionsOf(tbs: Cursor): string {
  if (tbs.isEnd()) return '';
  const outer = tbs.inside(0xa3);
  const list = outer.inside(0x30);
  outer.end();
  if (list.isEnd()) throw unusual;
  let lineage = '';
  while (!list.isEnd()) {
    const extension = list.inside(0x30);
    const oid = extension.text(0x06);
    checkOid(oid);
    const isCritical = extension.tag() === 0x01;
    if (isCritical && extension.text(0x01) !== '\xff') throw unusual;
    const value = extension.text(0x04);
    extension.end();
    const isOwnKey = oid === subjectKeyIdentifier && value.length === 22 && value.startsWith('\x04\x14');
    lineage += `${oid} ${isCritical} ${isOwnKey ? 20 : value.length}${isOwnKey ? '' : value}`;
  }
  return lineage;
}
