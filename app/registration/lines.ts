/**
 * Splits a byte stream into lines, without the newline and a carriage return before it. A line longer than `maxBytes`
 * is cut and its rest is skipped, so that a hostile stream cannot fill the memory.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<string> {
  for await (const lines of linesTogether(source, maxBytes)) yield* lines;
}

/** As `linesOf`; the lines that end in one chunk come together, for to wait for each costs more than to split it off. */
export async function* linesTogether(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<string[]> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, maxBytes - length);
    if (kept.length > 0) parts.push(kept);
    length += kept.length;
  };
  const line = () => {
    const [first] = parts;
    const text = textOf(first && parts.length === 1 ? first : Buffer.concat(parts));
    parts = [];
    length = 0;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  for await (const chunk of source) {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      lines.push(line());
      from = end + 1;
    }
    take(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [line()];
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
