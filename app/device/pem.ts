/**
 * The certificate, or the private key as PKCS#8, as PEM (RFC 7468 §5, §10), with the line end that the device needs, also
 * after the last line.
 */
export function pemOf(
  der: Uint8Array,
  lineEnd: '\n' | '\r\n',
  label: 'CERTIFICATE' | 'PRIVATE KEY' = 'CERTIFICATE',
): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(lineEnd);
}
