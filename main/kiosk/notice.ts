/** Pages for a person who cannot be shown a screen: in both languages, without a script, under the same policy. */
import type { FastifyInstance } from 'fastify';

type Words = { title: string; what: string; next: string; go: string };
export type Notice = 'wrongHost' | 'notFound';
type Language = 'en' | 'de';

const words: Record<Notice, Record<Language, Words>> = {
  wrongHost: {
    en: {
      title: 'The station has another name',
      what: 'This station answers to 127.0.0.1 and localhost only, on this computer.',
      next: 'Open the address that the station prints in its terminal.',
      go: 'Go to the station',
    },
    de: {
      title: 'Die Station hat einen anderen Namen',
      what: 'Diese Station antwortet nur unter 127.0.0.1 und localhost, auf diesem Rechner.',
      next: 'Öffnen Sie die Adresse, die die Station in ihrem Terminal ausgibt.',
      go: 'Zur Station',
    },
  },
  notFound: {
    en: {
      title: 'There is no such page',
      what: 'The station has no page at this address.',
      next: 'Go to the station’s first page.',
      go: 'Go to the station',
    },
    de: {
      title: 'Diese Seite gibt es nicht',
      what: 'Die Station hat unter dieser Adresse keine Seite.',
      next: 'Gehen Sie zur ersten Seite der Station.',
      go: 'Zur Station',
    },
  },
};

/** Served under any host name: a page that names the right address needs it, and it is the same everywhere. */
export const noticeStyle = '/notice.css';

/** The colours and sizes of the screens, `renderer/styles/tokens.css`. */
const style = `:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 2rem; padding: 2rem; box-sizing: border-box;
  font: 400 1.1875rem/1.45 "Inter Variable", "Segoe UI", "Noto Sans", "Liberation Sans", Arial, system-ui, sans-serif;
  color: light-dark(#12171d, #f2f5f8); background: light-dark(#e9ecef, #14171b); }
section { max-width: 40rem; padding: 2rem; border-radius: 10px; background: light-dark(#ffffff, #1f242b); }
section + section { font-size: 1rem; padding-block: 1rem; }
h1, h2 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.15; }
h2 { font-size: 1.1875rem; }
p { margin: 0 0 1rem; }
a { display: inline-grid; align-items: center; min-height: 64px; padding: 0 1.5rem; border-radius: 10px; font-weight: 650;
  text-decoration: none; background: light-dark(#0b4a9e, #9cc6ff); color: light-dark(#ffffff, #04152b); }
a:focus-visible { outline: 3px solid light-dark(#0b4a9e, #9cc6ff); outline-offset: 3px; }
`;

/** `home` is the station's own first page. The text contains nothing of the request. */
export function noticePage(notice: Notice, acceptLanguage: string | undefined, home: string): string {
  const first: Language = /^de\b/i.test(acceptLanguage ?? '') ? 'de' : 'en';
  const second: Language = first === 'de' ? 'en' : 'de';
  const { title, what, next, go } = words[notice][first];
  const also = words[notice][second];
  return `<!doctype html>
<html lang="${first}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<link rel="stylesheet" href="${noticeStyle}"><title>${title} · Birthmark</title></head>
<body><main>
<section><h1>${title}</h1><p>${what} <strong>${next}</strong></p><a href="${home}">${go}</a></section>
<section lang="${second}"><h2>${also.title}</h2><p>${also.what} <strong>${also.next}</strong></p></section>
</main></body></html>
`;
}

export function serveNotices(server: FastifyInstance): void {
  server.get(noticeStyle, async (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
}
