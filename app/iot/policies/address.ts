/** IP addresses and ranges in CIDR notation (RFC 4632, RFC 4291), of both versions. */

type Address = { bits: 32 | 128; value: bigint };

/** `undefined` when the range or the address is none. Without a prefix a range is one address. */
export function inRange(range: string, address: string): boolean | undefined {
  const [base, prefix, ...rest] = range.split('/');
  const network = addressOf(base ?? '');
  const given = addressOf(address);
  if (!network || !given || rest.length > 0) return undefined;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const length = prefix === undefined ? network.bits : Number(prefix);
  if (length > network.bits) return undefined;
  const shift = BigInt(network.bits - length);
  return network.bits === given.bits && network.value >> shift === given.value >> shift;
}

/** True for an address or a range that `inRange` can compare. */
export const isRange = (range: string): boolean => inRange(range, '0.0.0.0') !== undefined;

function addressOf(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = version4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const [left, right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = groups(left ?? '', right === undefined);
  const tail = groups(right ?? '', true);
  if (!head || !tail) return undefined;
  const gap = 8 - head.length - tail.length;
  if (right === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...head, ...Array<bigint>(gap).fill(0n), ...tail];
  return { bits: 128, value: all.reduce((sum, group) => (sum << 16n) | group, 0n) };
}

/** Groups of 16 bits. The last part of an address may be written as version 4. */
function groups(text: string, isLast: boolean): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const found: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const four = isLast && index === parts.length - 1 && part.includes('.') ? version4(part) : undefined;
    if (four !== undefined) found.push(four >> 16n, four & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}

function version4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}
