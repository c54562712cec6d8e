/** The station's paths have points between all parts; places in a text have brackets around numbers. */
export const jsonPathOf = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
