/**
 * The DER as PEM, with 64 characters a line (RFC 7468 §5). It is made on the thread that reads the file: text
 * goes to another thread at the price of its bytes, and an array of bytes for each certificate costs more than to read it.
 */
export function pemOf(der: Uint8Array, label: 'CERTIFICATE' | 'CERTIFICATE REQUEST' = 'CERTIFICATE'): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  let lines = base64.slice(0, 64);
  for (let at = 64; at < base64.length; at += 64) lines += `\n${base64.slice(at, at + 64)}`;
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
