/** PEM on the command line: printing it, and taking it line by line (cli_pki.c: vPrintDer, xReadPemFromCliAsDer). */

/** An import that is not over. `act` gets the DER when it is. */
export type PemImport = {
  save: (der: Buffer) => PemOutcome;
  began: boolean;
  der: Buffer;
  blanks: number;
  ended: boolean;
};
/** What a line of PEM leads to: nothing yet, or an end with its text. */
export type PemOutcome = { text: string; cost?: number; step?: string; act?: () => void };

/** Characters in a line, and bytes in all (PEM_CERT_MAX_LEN). */
const limits = { line: 64, bytes: 2048 } as const;

export const beginImport = (save: PemImport['save']): PemImport => {
  return { save, began: false, der: Buffer.alloc(0), blanks: 0, ended: false };
};

/** Takes one line. `over` says whether the import has ended; a good line has no answer. */
export function takePemLine(reading: PemImport, line: string, blanksEnd: boolean): PemOutcome & { over: boolean } {
  const fail = (text: string) => ({ text, over: true });
  const more = { text: '', over: false };
  if (reading.ended) {
    reading.blanks += line === '' ? 1 : 0;
    return reading.blanks < 2 ? more : { ...reading.save(reading.der), over: true };
  }
  if (line.length > limits.line) return fail('Error: Current line exceeds maximum line length for a PEM file.\r\n');
  if (reading.der.length + line.length + 1 >= limits.bytes)
    return fail('Error: Out of memory to store the given PEM file.\r\n');
  if (!reading.began) {
    if (!line.startsWith('-----BEGIN '))
      return fail("Error: PEM header does not contain the expected text: '-----BEGIN '.\r\n");
    if (!line.slice(11).includes('-----'))
      return fail("Error: PEM header does not contain the expected ending: '-----'.\r\n");
    reading.began = true;
    return more;
  }
  if (line.startsWith('-----END ')) {
    if (!line.slice(9).includes('-----'))
      return fail("Error: PEM footer does not contain the expected ending: '-----'.\r\n");
    reading.ended = true;
    return blanksEnd ? more : { ...reading.save(reading.der), over: true };
  }
  // A line that Mbed TLS cannot decode ends the import without a word.
  const bytes = Buffer.from(line, 'base64');
  if (bytes.toString('base64') !== line) return fail('');
  reading.der = Buffer.concat([reading.der, bytes]);
  return more;
}

/** PEM as `vPrintDer` writes it: 48 bytes a line, each ended by CR LF. */
export function pem(what: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ''].join('\r\n');
}
