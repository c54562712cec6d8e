import { readFile } from 'node:fs/promises';
import { type Assets, listAssets } from '../assets.ts';
import { pageHeaders } from '../csp.ts';
import { isPageRequest, resolveAsset, scheme } from './guards.ts';
import type { Locale } from './nativewords.ts';
import { troubleFile } from './trouble.ts';

/** The privileges for `protocol.registerSchemesAsPrivileged` before the app is ready: a secure origin with `fetch`. */
export const privileges = [
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
];

const notFound = () => new Response('Not found', { status: 404, headers: pageHeaders });

/** Answers `app://station/…` from the listed files, and from the page of last resort. */
export function createPageHandler(assetsDir: string, locale: () => Locale): (request: Request) => Promise<Response> {
  const assets: Assets = listAssets(assetsDir);
  return async (request) => {
    const trouble = isPageRequest(request.method, request.url)
      ? troubleFile(new URL(request.url).pathname, locale())
      : undefined;
    if (trouble) {
      const { body, type } = trouble;
      return new Response(body, { headers: { ...pageHeaders, 'content-type': type, 'cache-control': 'no-store' } });
    }
    const asset = resolveAsset(request.method, request.url, assets);
    if (asset === undefined) return notFound();
    const body = await readFile(asset.file);
    return new Response(body, { headers: { ...pageHeaders, 'content-type': asset.type, 'cache-control': 'no-cache' } });
  };
}
