/**
 * Cuts a byte stream into lines. A line longer than `limit` is delivered in pieces of `limit` characters, so that a device
 * that never ends its line cannot fill the memory. Bytes become latin1 characters; carriage returns are dropped.
 */
export function createFrameLines(limit: number, onLine: (line: string) => void): (bytes: Uint8Array) => void {
  let held = '';
  return (bytes) => {
    held += Buffer.from(bytes).toString('latin1').replaceAll('\r', '');
    for (;;) {
      const end = held.indexOf('\n');
      if (end >= 0 && end <= limit) {
        const line = held.slice(0, end);
        held = held.slice(end + 1);
        onLine(line);
      } else if (held.length > limit) {
        const piece = held.slice(0, limit);
        held = held.slice(limit);
        onLine(piece);
      } else return;
    }
  };
}
