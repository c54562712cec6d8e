/** Just enough DER (ITU-T X.690) to write a certification request. */

function tlv(tag: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
  const head = content.length < 0x80 ? [content.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, Buffer.concat(parts));
export const set = (...parts: Uint8Array[]): Buffer => tlv(0x31, Buffer.concat(parts));
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => tlv(0x13, Buffer.from(text, 'latin1'));
export const ia5String = (text: string): Buffer => tlv(0x16, Buffer.from(text, 'latin1'));
export const bitString = (bytes: Uint8Array, unused = 0): Buffer =>
  tlv(0x03, Buffer.concat([Buffer.from([unused]), bytes]));
export const octetString = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));
/** A whole number from its bytes, most significant first. */
export const unsigned = (bytes: Uint8Array): Buffer => {
  const significant = bytes.subarray(
    Math.max(
      0,
      bytes.findIndex((byte) => byte !== 0),
    ),
  );
  return tlv(0x02, Buffer.concat([Buffer.alloc((significant[0] ?? 0) >= 0x80 ? 1 : 0), significant]));
};
/** `YYYYMMDDhhmmssZ`, as UTCTime before 2050 (RFC 5280 §4.1.2.5). */
export const time = (text: string): Buffer =>
  text < '2050' ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text));
/** NULL. */
export const nothing = (): Buffer => tlv(0x05, Buffer.alloc(0));
/** 0 to 127. */
export const smallInteger = (value: number): Buffer => tlv(0x02, Buffer.from([value]));
/** `[number]` IMPLICIT, constructed. */
export const tagged = (number: number, ...parts: Uint8Array[]): Buffer => tlv(0xa0 | number, Buffer.concat(parts));

/** `[number]` IMPLICIT OCTET STRING. */
export const taggedOctets = (number: number, bytes: Uint8Array): Buffer => tlv(0x80 | number, bytes);

/** An object identifier from its dotted form, e.g. `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest].map((arc) => {
    const bytes = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) bytes.unshift(0x80 | (high & 0x7f));
    return Buffer.from(bytes);
  });
  return tlv(0x06, Buffer.concat(arcs));
}
