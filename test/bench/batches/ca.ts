/** The text of a CA certificate of the usual size, in each line of a batch. */
export const caPem = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(640)}\n-----END CERTIFICATE-----\n`;
