/**
 * The certificate as PEM, with 64 characters a line (RFC 7468 §5). It is made on the thread that reads the file: text
 * goes to another thread at the price of its bytes, and an array of bytes for each certificate costs more than to read it.
 */
export function pemOf(certificateDer: Uint8Array): string {
  const base64 = Buffer.from(certificateDer.buffer, certificateDer.byteOffset, certificateDer.byteLength).toString(
    'base64',
  );
  let lines = base64.slice(0, 64);
  for (let at = 64; at < base64.length; at += 64) lines += `\n${base64.slice(at, at + 64)}`;
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
