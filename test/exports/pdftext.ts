/** The lines of a PDF that this program wrote, page by page: each piece of text as it was set. */
import { inflateSync } from 'node:zlib';

type Thing = { text: string; stream: string };

export function linesOfPdf(pdf: Uint8Array): string[][] {
  const raw = Buffer.from(pdf).toString('latin1');
  const things = new Map<string, Thing>();
  for (const [, id, body] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [text = '', packed] = body!.split('\nstream\n');
    const bytes = packed && Buffer.from(packed.replace(/\nendstream[\s\S]*$/, ''), 'latin1');
    const stream = bytes && /FlateDecode/.test(text) ? inflateSync(bytes).toString('latin1') : '';
    things.set(id!, { text, stream });
  }
  const at = (text: string, name: string): Thing | undefined =>
    things.get(new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(text)?.[1] ?? '');
  const pages = [...things.values()].filter(({ text }) => /\/Type \/Page\n/.test(text));
  return pages.map(({ text }) => {
    const resources = at(text, 'Resources')?.text ?? text;
    let signs: string[] = [];
    const lines: string[] = [];
    for (const [, font, shown] of (at(text, 'Contents')?.stream ?? '').matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
      if (font) signs = signsOf(at(at(resources, font)?.text ?? '', 'ToUnicode')?.stream ?? '');
      else
        lines.push(
          [...shown!.matchAll(/<([0-9a-f]+)>/g)]
            .flatMap(([, hex]) => hex!.match(/.{4}/g)!.map((code) => signs[Number.parseInt(code, 16)] ?? '?'))
            .join(''),
        );
    }
    return lines;
  });
}

/** The text of each glyph, in the order of their numbers (ToUnicode, ISO 32000-1 section 9.10.3). */
function signsOf(map: string): string[] {
  const ranges = [...map.matchAll(/<[0-9a-f]+> <[0-9a-f]+> \[(.*?)\]/gs)];
  return ranges.flatMap(([, list]) =>
    [...list!.matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => Buffer.from(hex!, 'hex').swap16().toString('utf16le')),
  );
}
