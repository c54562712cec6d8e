/** A sheet of paper as a PDF that is written from the top to the bottom. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** The family of the screens, as fonts that can be embedded. The build puts them beside its bundles. */
const fontFile = (weight: string): string =>
  import.meta.url.endsWith('.ts')
    ? createRequire(import.meta.url).resolve(`@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`)
    : join(dirname(fileURLToPath(import.meta.url)), 'fonts', `Inter_${weight}.ttf`);

/** A4 in points, and its margins. */
const [pageWidth, margin, bottom] = [595.28, 48, 790];
const width = pageWidth - 2 * margin;
const [qrSize, gap] = [128, 16];
/** A serial stands on one line, if it can. */
const titleSizes = [20, 16, 13, 11, 9, 8];
const ink = '#1b1b1a';
const quiet = '#5d5b57';
const rule = '#c9c6c0';

export type Fact = [name: string, value: string | null | undefined];
export type Sheet = ReturnType<typeof sheetOf>;

/** Begins a sheet; `updatedAt` is the time in the file. Its fonts are embedded. */
export function sheetOf(title: string, updatedAt: string, lang: string) {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, bottom: 0, left: margin, right: margin },
    bufferPages: true,
    // No font of the system, and none that is not embedded.
    font: '',
    lang,
    displayTitle: true,
    info: { Title: title, Creator: 'Birthmark', Producer: 'Birthmark', CreationDate: new Date(updatedAt) },
  });
  doc.registerFont('plain', fontFile('400Regular'));
  doc.registerFont('bold', fontFile('600SemiBold'));
  const pieces: Uint8Array[] = [];
  doc.on('data', (piece: Uint8Array) => void pieces.push(piece));
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    doc.on('error', reject);
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(pieces))));
  });
  let y = margin;
  const use = (font: 'plain' | 'bold', size: number, colour = ink) => doc.font(font).fontSize(size).fillColor(colour);
  /** What the font has no sign for is written as its number. */
  const known = (text: string): string => {
    const { font } = (doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
    return [...text]
      .map((sign) => {
        const code = sign.codePointAt(0) ?? 0;
        return sign === '\n' || font.hasGlyphForCodePoint(code)
          ? sign
          : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
      })
      .join('');
  };
  const heightOf = (text: string, size: number) => doc.heightOfString(text, { width: size });
  /** @returns whether a new page was begun */
  const room = (points: number): boolean => {
    if (y + points <= bottom) return false;
    doc.addPage();
    y = margin;
    return true;
  };
  return {
    title(kind: string, serial: string): number {
      const top = y;
      use('plain', 10, quiet).text(known(kind), margin, y);
      y += 14;
      use('bold', titleSizes[0]!);
      const text = known(serial);
      const options = { width: width - qrSize - gap };
      const size = titleSizes.find((points) => use('bold', points).widthOfString(text) <= options.width);
      use('bold', size ?? titleSizes.at(-1)!);
      doc.text(text, margin, y, options);
      y += doc.heightOfString(text, options) + 8;
      return top;
    },
    heading(text: string): void {
      room(60);
      y += 12;
      use('bold', 11).text(known(text), margin, y, { width });
      y += 16;
      doc
        .moveTo(margin, y)
        .lineTo(margin + width, y)
        .lineWidth(0.5)
        .strokeColor(rule)
        .stroke();
      y += 5;
    },
    text(text: string, font: 'plain' | 'bold' = 'plain'): void {
      use(font, 9);
      const said = known(text);
      const height = heightOf(said, width);
      room(height);
      doc.text(said, margin, y, { width });
      y += height + 3;
    },
    facts(facts: readonly Fact[], where?: 'beside'): void {
      const across = where === undefined ? width : width - qrSize - gap;
      const left = 122;
      for (const [name, value] of facts) {
        if (value === null || value === undefined || value === '') continue;
        use('plain', 9);
        const [said, label] = [known(value), known(name)];
        const height = Math.max(heightOf(said, across - left), heightOf(label, left - 8));
        room(height);
        use('plain', 9, quiet).text(label, margin, y, { width: left - 8 });
        use('plain', 9).text(said, margin + left, y, { width: across - left });
        y += height + 3;
      }
    },
    table(columns: readonly (readonly [name: string, width: number])[], rows: readonly (readonly string[])[]): void {
      const line = (cells: readonly string[], colour: string) => {
        use('plain', 8, colour);
        const said = cells.map(known);
        const height = Math.max(...said.map((cell, index) => heightOf(cell, columns[index]![1] - 6)));
        if (room(height + 3) && cells !== names) {
          line(names, quiet);
          use('plain', 8, colour);
        }
        let x = margin;
        for (const [index, cell] of said.entries()) {
          doc.text(cell, x, y, { width: columns[index]![1] - 6 });
          x += columns[index]![1];
        }
        y += height + 3;
      };
      const names = columns.map(([name]) => name);
      line(names, quiet);
      for (const row of rows) line(row, ink);
    },
    /** In the upper right corner. */
    drawing({ path, side }: { path: string; side: number }, top: number): void {
      doc
        .save()
        .translate(pageWidth - margin - qrSize, top)
        .scale(qrSize / side)
        .path(path)
        .fill('#000000', 'even-odd')
        .restore();
      y = Math.max(y, top + qrSize);
    },
    async end(footer: (page: number, pages: number) => string): Promise<Uint8Array> {
      const { count } = doc.bufferedPageRange();
      for (let page = 0; page < count; page += 1) {
        doc.switchToPage(page);
        use('plain', 8, quiet).text(known(footer(page + 1, count)), margin, 808, { width, lineBreak: false });
      }
      doc.end();
      return whole;
    },
  };
}
