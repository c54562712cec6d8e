/** A PKCS#10 request as PEM (RFC 7468). */
export const pemOfRequest = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE REQUEST-----\n`;
