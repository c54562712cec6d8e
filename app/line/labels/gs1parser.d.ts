/** The part of the package that we use. The package has no types of its own. */
declare module 'gs1-barcode-parser-mod' {
  /**
   * `raw` is the element's data as it stands in the barcode.
   * @throws a string that says what is wrong
   */
  export function parseBarcode(barcode: string): { parsedCodeItems: { ai: string; raw: string }[] };
}
