/** The certificate as PEM (RFC 7468 §5), with the line end that the device needs, also after the last line. */
export function pemOf(certificateDer: Uint8Array, lineEnd: '\n' | '\r\n'): string {
  const lines =
    Buffer.from(certificateDer)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(lineEnd);
}
