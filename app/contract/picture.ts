/** A picture that a page drew: SVG of shapes and words, and of nothing that could run, load or lead anywhere. */
import { z } from 'zod';

export const pictureElements = [
  ...(['svg', 'g', 'path', 'rect', 'line', 'circle', 'polygon', 'text', 'tspan', 'title', 'desc'] as const),
] as const;
export const pictureAttributes = [
  ...([
    'xmlns',
    'width',
    'height',
    'viewBox',
    'x',
    'y',
    'x1',
    'x2',
    'y1',
    'y2',
    'cx',
    'cy',
    'r',
    'd',
    'points',
  ] as const),
  ...([
    'dx',
    'dy',
    'transform',
    'fill',
    'stroke',
    'stroke-width',
    'stroke-dasharray',
    'opacity',
    'fill-opacity',
  ] as const),
  ...(['font-size', 'font-family', 'font-weight', 'text-anchor'] as const),
] as const;

const attribute = `\\s(?:${pictureAttributes.join('|')})="[^"<>&()]*(?:\\([^"<>&()]*\\)[^"<>&()]*)*"`;
const token = new RegExp(
  `<(?:${pictureElements.join('|')})(?:${attribute})*/?>|</(?:${pictureElements.join('|')})>|[^<>&]+|&(?:amp|lt|gt|quot);`,
  'y',
);
const mostLetters = 400_000;

/** Whether it is one `svg` of these elements and attributes. Nothing in it names an address. */
export function isPicture(text: string): boolean {
  if (!text.startsWith('<svg ') || !text.endsWith('</svg>') || /url\s*\(/i.test(text)) return false;
  for (token.lastIndex = 0; token.lastIndex < text.length; ) if (!token.test(text)) return false;
  return true;
}

export const picture = z.string().max(mostLetters).refine(isPicture, { message: 'this is no plain picture' });
