import { readFile } from 'node:fs/promises';
import { type Assets, listAssets } from '../assets.ts';
import { pageHeaders } from '../csp.ts';
import { resolveAsset, scheme } from './guards.ts';

/** What `protocol.registerSchemesAsPrivileged` is told before the app is ready: a secure origin with `fetch`. */
export const privileges = [
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
];

const notFound = () => new Response('Not found', { status: 404, headers: pageHeaders });

/** Answers `app://station/…` from the listed files only. */
export function createPageHandler(assetsDir: string): (request: Request) => Promise<Response> {
  const assets: Assets = listAssets(assetsDir);
  return async (request) => {
    const asset = resolveAsset(request.method, request.url, assets);
    if (asset === undefined) return notFound();
    const body = await readFile(asset.file);
    return new Response(body, { headers: { ...pageHeaders, 'content-type': asset.type, 'cache-control': 'no-cache' } });
  };
}
