/** A checkpoint on paper: its QR code, with what a person compares below it. */
import type { GivenCheckpoint } from '../../app/records/log/store.ts';

const scale = 2;
const lineHeight = 22;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A drawing (SVG) to print. The code holds the signed note as it would stand in a file, in UTF-8.
 *
 * @param at when it is drawn
 */
export async function checkpointDrawing({ origin, size, root, note }: GivenCheckpoint, at: Date): Promise<string> {
  const { qrPath, quietZone } = await import('../exports/qr.ts');
  const code = qrPath(note);
  const units = code.side + 2 * quietZone;
  const side = scale * units;
  const lines = [origin, `${size} entries on ${at.toISOString()}`, Buffer.from(root).toString('base64')];
  const height = side + (lines.length + 1) * lineHeight;
  return [
    `<svg viewBox="0 0 ${side} ${height}" width="${side}" height="${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<rect width="${side}" height="${height}" fill="#FFFFFF" />`,
    `<svg width="${side}" height="${side}" viewBox="${-quietZone} ${-quietZone} ${units} ${units}">`,
    `<path d="${code.path}" fill-rule="evenodd" />`,
    '</svg>',
    ...lines.map(
      (line, index) =>
        `<text x="${side / 2}" y="${side + (index + 1) * lineHeight}" font-family="monospace" font-size="16" text-anchor="middle">${escaped(line)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
