/** Facts of a workbook that its reader does not give, and forms of cells that it refuses (ECMA-376, part 1). */
/** The parts of the workbook by their names. */
type Unzipped = Record<string, Uint8Array>;

/** `part`: the name of the part with its cells. */
export type Sheet = { name: string; hidden: boolean; filled: boolean; part: string };

/** The text of a part; empty when there is none. */
export const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes ?? new Uint8Array());
/** The value of an attribute; empty when there is none. */
export const attribute = (tag: string, name: RegExp): string =>
  new RegExp(`\\s(?:${name.source})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((one) => one !== undefined) ?? '';
/** The opening tags of a name. */
export const tagsIn = (xml: string, name: string): string[] =>
  xml.match(new RegExp(`<(?:\\w+:)?${name}\\s[^>]*>`, 'g')) ?? [];

/** The sheets in their order. Names of XML's own signs stay as they are written. */
export function sheetsIn(files: Unzipped): Sheet[] {
  const links = new Map(
    tagsIn(textOf(files['xl/_rels/workbook.xml.rels']), 'Relationship').map((tag) => [
      attribute(tag, /Id/),
      attribute(tag, /Target/).replace(/^\/?(xl\/)?/, 'xl/'),
    ]),
  );
  return tagsIn(textOf(files['xl/workbook.xml']), 'sheet').map((tag) => {
    const part = links.get(attribute(tag, /\w+:id/)) ?? '';
    return {
      part,
      name: attribute(tag, /name/),
      hidden: attribute(tag, /state/) !== '' && attribute(tag, /state/) !== 'visible',
      filled: /<(?:\w+:)?(?:v|is)>/.test(textOf(files[part])),
    };
  });
}

const besides = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>/g;

/**
 * The parts of a workbook as its reader takes them. One cell with an error, or with a formula that was never computed,
 * is no reason to refuse all rows: it is text, or empty, and its row is told. LibreOffice writes `true` where Excel
 * writes `1`; taken for false, each day would be four years off. The reader forgets text beside a comment or in CDATA.
 */
export function readable(files: Unzipped): Unzipped {
  const changed = (name: string, change: (xml: string) => string): void => {
    const xml = textOf(files[name]);
    const next = change(xml);
    if (next !== xml) files[name] = new TextEncoder().encode(next);
  };
  for (const name of Object.keys(files)) {
    if (/^xl\/(worksheets\/[^/]*|sharedStrings)\.xml$/.test(name))
      changed(name, (xml) =>
        xml.replace(besides, (_, text = '') => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
      );
    if (name === 'xl/workbook.xml')
      changed(name, (xml) => xml.replace(/(\sdate1904\s*=\s*)(["'])true\2/, '$1$2' + '1$2'));
    if (/^xl\/worksheets\/[^/]*\.xml$/.test(name))
      changed(name, (xml) =>
        xml
          .replace(/(<(?:\w+:)?c\s[^>]*\bt=)(["'])e\2/g, '$1$2str$2')
          .replace(
            /(<(?:\w+:)?c\s[^>]*?)\st=(["'])str\2([^>]*>(?:<(?:\w+:)?f\b[^>]*(?:\/>|>[^<]*<\/(?:\w+:)?f>))?<\/)/g,
            '$1$3',
          ),
      );
  }
  return files;
}

/**
 * A number of a cell as text. A spreadsheet keeps 15 digits: a longer number has lost its last ones, so that it is
 * written in the short form, which no serial and no order can have.
 */
export function numberText(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number)) return text;
  return Math.abs(number) >= 1e15 ? number.toExponential() : String(number);
}
