/** Reads a QR code from its drawing, by another program's decoder. */
import decode from 'jsqr';

/** The dark pixels of an SVG with one path of upright and level lines, as browsers fill it: even-odd. */
function pixelsOf(svg: string): { rgba: Uint8ClampedArray; width: number; height: number } {
  const [width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.slice(1).map(Number);
  const edges: { x: number; top: number; end: number }[] = [];
  for (const outline of /<path d="([^"]+)"/.exec(svg)![1]!.split('M').slice(1)) {
    const corners = outline
      .replace('Z', '')
      .split('L')
      .map((corner) => corner.split(' ').map(Number) as [number, number]);
    for (const [index, [x, y]] of corners.entries()) {
      const [nextX, nextY] = corners[(index + 1) % corners.length]!;
      if (x === nextX) edges.push({ x, top: Math.min(y, nextY), end: Math.max(y, nextY) });
    }
  }
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y += 1) {
    const crossed = edges.filter(({ top, end }) => top <= y && y < end).map(({ x }) => x);
    crossed.sort((a, b) => a - b);
    for (let pair = 0; pair < crossed.length; pair += 2)
      for (let x = crossed[pair]!; x < crossed[pair + 1]!; x += 1)
        rgba.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3);
  }
  return { rgba, width, height };
}

/** The text of the QR code in UTF-8. Undefined when there is none that can be read. */
export function readQr(svg: string): string | undefined {
  const { rgba, width, height } = pixelsOf(svg);
  const found = (decode as unknown as typeof decode.default)(rgba, width, height);
  return found ? Buffer.from(found.binaryData).toString('utf8') : undefined;
}
