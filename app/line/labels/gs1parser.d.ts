/** The part of the package that is used here; it has no types of its own. */
declare module 'gs1-barcode-parser-mod' {
  /** Throws a string that says what is wrong. `raw`: the element's data as it stands in the barcode. */
  export function parseBarcode(barcode: string): { parsedCodeItems: { ai: string; raw: string }[] };
}
