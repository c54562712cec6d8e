/**
 * Gives `use` the octets of a secret and overwrites them afterwards. From a string, node:crypto makes a copy that
 * cannot be overwritten.
 */
export async function withOctets<T>(secret: string, use: (octets: Buffer) => Promise<T>): Promise<T> {
  const octets = Buffer.from(secret, 'utf8');
  try {
    return await use(octets);
  } finally {
    octets.fill(0);
  }
}
