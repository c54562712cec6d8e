/**
 * Saving and printing. In the program's window the main process and the system's dialogs do it; in a browser it is a
 * download.
 */
import { type ActDone, type KeepRequest, StationError, type WindowAct } from '../../app/contract/index.ts';
import { bytesOf } from './base64.ts';

async function ask(act: WindowAct): Promise<ActDone> {
  const reply = await window.birthmark?.act(act);
  if (!reply) return {};
  if (!reply.ok) throw StationError.from(reply.error);
  return reply.result as ActDone;
}

/** A name that every file system accepts. A unit serial may have a colon. */
const fileNameOf = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^[^A-Za-z0-9_-]/, '_')
    .slice(0, 120);

/** The file for a browser. `text` is the whole file when only this page can make it. */
function blobOf(file: KeepRequest, text: string): Blob {
  switch (file.what) {
    case 'der':
      return new Blob([bytesOf(file.content.replace(/-----[A-Z0-9 ]+-----|\s/g, ''))]);
    case 'bytes':
      return new Blob([bytesOf(file.content)]);
    case 'share':
      return new Blob([`${file.note}\n\n${file.content}\n`], { type: 'text/plain' });
    case 'connections':
      return new Blob([text], { type: 'text/csv' });
    case 'transcript':
      return new Blob([text], { type: 'text/plain' });
    case 'text':
      return new Blob([file.content], { type: 'application/x-pem-file' });
  }
}

function download(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Keeps a file. Resolves to its name, or to undefined when the person cancelled.
 *
 * @throws StationError `window.notSaved`, `session.forbidden`, `call.cancelled`
 */
export async function saveFile(wanted: KeepRequest, text = ''): Promise<string | undefined> {
  const file = { ...wanted, name: fileNameOf(wanted.name) };
  if (window.birthmark) return (await ask({ act: 'keep', file })).name;
  download(file.name, blobOf(file, text));
  return file.name;
}

/**
 * Prints the page by its print style sheet.
 *
 * @throws StationError `window.notPrinted`, `call.cancelled`
 */
export async function printPage(): Promise<void> {
  if (window.birthmark) await ask({ act: 'print' });
  else window.print();
}

/** Tells the language of the screens, for dialogs of the system. */
export const speak = (locale: 'en' | 'de'): void => void ask({ act: 'speak', locale }).catch(() => undefined);
