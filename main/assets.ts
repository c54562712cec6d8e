import { existsSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { StationError } from '../app/contract/errors.ts';

/** One built file of the screens. */
export type Asset = {
  /** Absolute path of the file. */
  file: string;
  type: string;
  /** The name contains a hash of the content, so the file can be cached without limit. */
  hashed: boolean;
};

/** Files by URL path, e.g. `/` and `/assets/index-B1x.js`. A page cannot get any other file. */
export type Assets = ReadonlyMap<string, Asset>;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/**
 * Lists the built files of the screens once, at start. A request can then only name one of them, never a path.
 * @throws StationError – when the screens are not built
 */
export function listAssets(folder: string): Assets {
  if (!existsSync(join(folder, 'index.html')))
    throw new StationError('call.badParams', 'the screens are not built; run: npm run build');
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    const type = types[extname(file)];
    // Vite keeps notes about its build in a hidden folder.
    if (type === undefined || path.startsWith('/.')) continue;
    assets.set(path === '/index.html' ? '/' : path, { file, type, hashed: path.startsWith('/assets/') });
  }
  return assets;
}
