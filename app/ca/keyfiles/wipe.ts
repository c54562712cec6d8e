/** Octets of a secret, ours to overwrite: handed a string, node:crypto makes a copy that nobody can. */
export async function withOctets<T>(secret: string, use: (octets: Buffer) => Promise<T>): Promise<T> {
  const octets = Buffer.from(secret, 'utf8');
  try {
    return await use(octets);
  } finally {
    octets.fill(0);
  }
}
