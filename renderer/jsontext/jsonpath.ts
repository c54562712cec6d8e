/** Changes a path of the station (points between all parts) into a path of a text (brackets around numbers). */
export const jsonPathOf = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
