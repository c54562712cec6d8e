/** A drawn chart as the text of an SVG file: shapes and words with their colours, and nothing else. */
import { pictureAttributes, pictureElements } from '../../app/contract/index.ts';

const isOf = (names: readonly string[], name: string): boolean => names.includes(name);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const attributeOf = (name: string, value: string): string => {
  const plain = escaped(value.trim());
  return plain === '' || /url\(/i.test(plain) ? '' : ` ${name}="${plain}"`;
};

/** What a style sheet or a variable may have set. A file has neither. */
const painted = [
  'fill',
  'stroke',
  'stroke-width',
  'opacity',
  'fill-opacity',
  'font-size',
  'font-weight',
  'text-anchor',
];

function elementText(element: Element): string {
  const name = element.tagName;
  if (!isOf(pictureElements, name) || name === 'title' || name === 'desc') return '';
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return '';
  const own = [...element.attributes]
    .filter((one) => isOf(pictureAttributes, one.name) && !isOf([...painted, 'xmlns', 'font-family'], one.name))
    .map((one) => attributeOf(one.name, one.value));
  const paint = name === 'g' ? [] : painted.map((property) => attributeOf(property, style.getPropertyValue(property)));
  const inner = [...element.childNodes].map((node) => {
    if (node instanceof Element) return elementText(node);
    return name === 'text' || name === 'tspan' ? escaped(node.textContent ?? '') : '';
  });
  return `<${name}${own.join('')}${paint.join('')}>${inner.join('')}</${name}>`;
}

const headPx = 64;

/** `title` and `about` stand above the chart; `about` says the period and what is counted. */
export function svgText(svg: SVGSVGElement, { title, about }: { title: string; about: string }): string {
  const { width, height } = svg.getBoundingClientRect();
  const whole = Math.ceil(height) + headPx;
  const wide = Math.ceil(width);
  const { color } = getComputedStyle(svg);
  const ground = getComputedStyle(svg.closest('.card') ?? svg).backgroundColor;
  const inner = [...svg.children].map(elementText).join('');
  const family = 'font-family="Inter, Segoe UI, Arial, sans-serif"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${whole}" viewBox="0 0 ${wide} ${whole}" ${family}>`,
    `<title>${escaped(title)}</title><desc>${escaped(about)}</desc>`,
    `<rect width="${wide}" height="${whole}" fill="${ground}"></rect>`,
    `<text x="8" y="26" font-size="20" font-weight="700" fill="${color}">${escaped(title)}</text>`,
    `<text x="8" y="50" font-size="14" fill="${color}">${escaped(about)}</text>`,
    `<g transform="translate(0,${headPx})">${inner}</g></svg>`,
  ].join('');
}
