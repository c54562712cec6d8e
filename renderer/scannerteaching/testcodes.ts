import { code128, drawingSVG, gs1_128 } from 'bwip-js/generic';

const gs = '\u001d';

/** A drawing as an address, with its size in pixels. Bars of whole pixels are read best. */
type CodeImage = { src: string; width: number; height: number };

export type TestCode = {
  name: 'digits' | 'upper1' | 'upper2' | 'lower1' | 'lower2' | 'signs' | 'separator';
  /** The text that the scanner should send, without prefix and suffix. */
  text: string;
  image: CodeImage;
  /** Whether labels may lack this code, so that it need not be taught. */
  optional: boolean;
};

function asImage(svg: string): CodeImage {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  return { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, width: Number(width), height: Number(height) };
}
/** Black on white with room around, in every colour scheme. */
const look = { scale: 3, height: 12, paddingwidth: 10, paddingheight: 5, backgroundcolor: 'FFFFFF' };

const plain = (name: TestCode['name'], text: string): TestCode => ({
  name,
  text,
  image: asImage(code128({ bcid: 'code128', text, ...look }, drawingSVG())),
  optional: false,
});

/** Every character of labels, badges and orders, and the separator of GS1 (FNC1, sent as GS). */
export const testCodes = (): readonly TestCode[] => [
  plain('digits', '0123456789'),
  plain('upper1', 'ABCDEFGHIJKLM'),
  plain('upper2', 'NOPQRSTUVWXYZ'),
  plain('lower1', 'abcdefghijklm'),
  plain('lower2', 'nopqrstuvwxyz'),
  plain('signs', '-_:/.+()%$*]# '),
  {
    name: 'separator',
    text: `10AB${gs}21CD`,
    image: asImage(gs1_128({ bcid: 'gs1-128', text: '(10)AB(21)CD', ...look }, drawingSVG())),
    optional: true,
  },
];

/** A text that comes out changed when a layout or a case is wrong. */
export const testText = 'Test-2026_YZyz/19:0';
export const testImage = (): CodeImage => plain('digits', testText).image;
