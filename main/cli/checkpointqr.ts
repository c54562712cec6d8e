/** A checkpoint on paper: its QR code, with what a person compares below it. */
import type { GivenCheckpoint } from '../../app/records/log/store.ts';

const scale = 4;
const lineHeight = 22;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A drawing (SVG) to print. The code holds the signed note as it would stand in a file, in UTF-8.
 *
 * @param at when it is drawn
 */
export async function checkpointDrawing({ origin, size, root, note }: GivenCheckpoint, at: Date): Promise<string> {
  const { drawingSVG, qrcode } = await import('bwip-js/generic');
  const code = qrcode({ bcid: 'qrcode', text: note, scale, padding: 4 * scale }, drawingSVG());
  const side = Number(/viewBox="0 0 (\d+) /.exec(code)?.[1]);
  const lines = [origin, `${size} entries on ${at.toISOString()}`, Buffer.from(root).toString('base64')];
  const height = side + (lines.length + 1) * lineHeight;
  return [
    `<svg viewBox="0 0 ${side} ${height}" width="${side}" height="${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<rect width="${side}" height="${height}" fill="#FFFFFF" />`,
    code.replace('<svg ', `<svg width="${side}" height="${side}" `).trim(),
    ...lines.map(
      (line, index) =>
        `<text x="${side / 2}" y="${side + (index + 1) * lineHeight}" font-family="monospace" font-size="16" text-anchor="middle">${escaped(line)}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
