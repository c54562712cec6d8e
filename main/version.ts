import { readFileSync } from 'node:fs';

/** From package.json, which is one level above this file in the checkout and two above it in a bundle. */
export const version: string = (() => {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      return String(JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version);
    } catch {
      // Not this level.
    }
  }
  return '0.0.0';
})();
