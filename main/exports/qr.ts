/** A QR code as a path for a drawing, black on the paper. */
import { drawingSVG, qrcode } from 'bwip-js/generic';

/** Units of the quiet zone that a printed code needs on each side: four modules (ISO/IEC 18004). */
export const quietZone = 8;

/**
 * The path lies in a square of `side` units, two to a module, and its holes are by the even-odd rule. Level M: up to 15 %
 * of the code may be unreadable.
 */
export function qrPath(text: string): { path: string; side: number } {
  // The types of bwip-js do not know the options of single codes.
  const options = { bcid: 'qrcode', text, eclevel: 'M', scale: 1 };
  const svg = qrcode(options, drawingSVG());
  const [, side] = /viewBox="0 0 (\d+) /.exec(svg) ?? [];
  const [, path] = /<path d="([^"]+)"/.exec(svg) ?? [];
  if (side === undefined || path === undefined) throw new TypeError('a QR code is one path');
  return { path, side: Number(side) };
}
