/** A small XML writer, and the one reader that S3 needs. */

export type Node = string | number | boolean | undefined | Node[] | { [name: string]: Node };

/** An element with its children. A list repeats the element, and undefined leaves it out. */
export function element(name: string, content: Node): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((item) => element(name, item)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => element(child, value))
          .join('')
      : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

export const document = (name: string, content: Node): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content)}`;

/**
 * The texts of all elements with this name. This is enough for CompleteMultipartUpload, whose elements contain no
 * others of that name.
 */
export function textsOf(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g');
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? '');
}

export const unescapeXml = (text: string): string =>
  text
    .replace(/&(?:quot|#34|#x22);/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&');

// XML 1.0 cannot contain control characters, so they become the replacement character.
const escapeXml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
