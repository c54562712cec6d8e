/**
 * The page of last resort, shown when the station's page stopped three times in a minute. It needs no script and no
 * built file.
 */
import { type Locale, nativeWords } from './nativewords.ts';

const style = `
:root { color-scheme: light dark; font: 20px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 3rem; padding: 3rem; box-sizing: border-box; align-items: center; background: Canvas; color: CanvasText; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }
p { margin: 0 0 1.25rem; max-width: 34rem; }
a { display: grid; place-items: center; box-sizing: border-box; min-height: 72px; max-width: 34rem; margin: 0 0 1rem; padding: 0 1.5rem; border: 3px solid currentColor; border-radius: 10px; color: inherit; font-weight: 700; text-decoration: none; }
a.first { background: CanvasText; color: Canvas; border-color: CanvasText; }
a:focus-visible { outline: 4px solid Highlight; outline-offset: 4px; }
`;

const part = (locale: Locale): string => {
  const words = nativeWords[locale];
  return `<section lang="${locale}">
<h1>${words.trouble}</h1>
<p>${words.goesOn}</p>
<a class="first" href="/">${words.again}</a>
<a href="/restart">${words.restart}</a>
<p>${words.restartHint}</p>
<p>${words.call}</p>
</section>`;
};

/** The answer to a path under `app://station/` when it is one of this page's two files. */
export function troubleFile(path: string, locale: Locale): { body: string; type: string } | undefined {
  if (path === '/trouble.css') return { body: style, type: 'text/css; charset=utf-8' };
  if (path !== '/trouble') return undefined;
  const other: Locale = locale === 'de' ? 'en' : 'de';
  const body = `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>Birthmark</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/trouble.css"></head>
<body>${part(locale)}${part(other)}</body></html>
`;
  return { body, type: 'text/html; charset=utf-8' };
}
