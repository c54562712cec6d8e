/**
 * Splits a byte stream into lines, without the newline and a carriage return before it. A line longer than `maxBytes`
 * is cut and its rest is skipped, so that a hostile stream cannot fill the memory.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, maxBytes - length);
    if (kept.length > 0) parts.push(kept);
    length += kept.length;
  };
  const line = () => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    length = 0;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}
