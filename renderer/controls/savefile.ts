/**
 * Saving and printing. In the program's window the main process and the system's dialogs do it; in a browser it is a
 * download.
 */
import {
  type ActDone,
  type AskPage,
  type KeepRequest,
  listText,
  type Result,
  type Station,
  StationError,
  type WindowAct,
} from '../../app/contract/index.ts';
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

/** A file of a batch, and the way to ask the station for it. */
export type BatchFile = Extract<KeepRequest, { what: 'batchFile' }>;
/** What comes in one answer of the station. */
export type SmallFile = Exclude<KeepRequest, BatchFile | ListRequest | ExportFile | BirthRecordFile>;
/** The file of an export, and the way to ask the station for it. */
export type ExportFile = Extract<KeepRequest, { what: 'export' }>;
export type BirthRecordFile = Extract<KeepRequest, { what: 'birthRecord' }>;
/** A list of the desk, which may have a million rows. */
export type ListRequest = Extract<KeepRequest, { what: 'list' }>;

/** The file for a browser. `text` is the whole file when only this page can make it. */
function blobOf(file: SmallFile, text: string): Blob {
  switch (file.what) {
    case 'der':
      return new Blob([bytesOf(file.content.replace(/-----[A-Z0-9 ]+-----|\s/g, ''))]);
    case 'bytes':
      return new Blob([bytesOf(file.content)]);
    case 'share':
      return new Blob([`${file.note}\n\n${file.content}\n`], { type: 'text/plain' });
    case 'connections':
    case 'drift':
    case 'chart':
      return new Blob([text], { type: 'text/csv' });
    case 'transcript':
      return new Blob([text], { type: 'text/plain' });
    case 'picture':
      return new Blob([file.content], { type: 'image/svg+xml' });
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
export async function saveFile(wanted: SmallFile, text = ''): Promise<string | undefined> {
  const file = { ...wanted, name: fileNameOf(wanted.name) };
  if (window.birthmark) return (await ask({ act: 'keep', file })).name;
  download(file.name, blobOf(file, text));
  return file.name;
}

/**
 * Keeps a file of a batch. A browser gets it in pieces, of which it makes a download; the window asks for them itself.
 *
 * @param onShare how much is here, 0…1
 * @throws StationError as `saveFile`, and as `batches.filePart`
 */
export async function saveBatchFile(
  file: BatchFile,
  station: Station,
  bytes: number,
  onShare: (share: number) => void = () => {},
): Promise<string | undefined> {
  const name = fileNameOf(file.name);
  if (window.birthmark) return (await ask({ act: 'keep', file: { ...file, name } })).name;
  const { batchId, kind } = file;
  // The browser keeps large pieces on the disk, so the file need not fit in its memory.
  const pieces: Blob[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    onShare(offset / Math.max(bytes, 1));
    const part: Result<'batches.filePart'> = await station.call('batches.filePart', { batchId, kind, offset });
    pieces.push(new Blob([bytesOf(part.bytes)]));
    offset = part.next;
  }
  download(name, new Blob(pieces, { type: 'application/x-ndjson' }));
  return name;
}

/**
 * Keeps the file of an export, as `saveBatchFile` does.
 *
 * @throws StationError as `saveFile`, and as `exports.filePart`
 */
export async function saveExport(
  file: ExportFile,
  station: Station,
  bytes: number,
  onShare: (share: number) => void,
): Promise<string | undefined> {
  const name = fileNameOf(file.name);
  if (window.birthmark) return (await ask({ act: 'keep', file: { ...file, name } })).name;
  const { exportId } = file;
  const pieces: Blob[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    onShare(offset / Math.max(bytes, 1));
    const part: Result<'exports.filePart'> = await station.call('exports.filePart', { exportId, offset });
    pieces.push(new Blob([bytesOf(part.bytes)]));
    offset = part.next;
  }
  download(name, new Blob(pieces, { type: 'application/octet-stream' }));
  return name;
}

/**
 * Keeps the birth record of a unit.
 *
 * @throws StationError as `saveFile`, and as `units.birthRecord`
 */
export async function saveBirthRecord(file: BirthRecordFile, station: Station): Promise<string | undefined> {
  const name = fileNameOf(file.name);
  if (window.birthmark) return (await ask({ act: 'keep', file: { ...file, name } })).name;
  const { unitSerial, language } = file;
  const { pdf } = await station.call('units.birthRecord', { unitSerial, language });
  download(name, new Blob([bytesOf(pdf)], { type: 'application/pdf' }));
  return name;
}

/**
 * Keeps a list as it is seen. A browser reads it page by page and keeps nothing unless it has all of it; the window asks
 * for it itself.
 *
 * @param onRows how many rows are here
 * @throws StationError `call.cancelled` – the signal stopped it; as `saveFile`, and as the list
 */
export async function saveList(
  request: ListRequest,
  station: Station,
  { onRows, signal }: { onRows: (rows: number) => void; signal: AbortSignal },
): Promise<string | undefined> {
  const name = fileNameOf(request.name);
  if (window.birthmark) return (await ask({ act: 'keep', file: { ...request, name } })).name;
  const pieces: Blob[] = [];
  let rows = 0;
  const call: AskPage = (method, params) => station.call(method, params);
  for await (const page of listText(call, request.file)) {
    if (signal.aborted) throw new StationError('call.cancelled', 'the export was stopped');
    pieces.push(new Blob([page.text]));
    rows += page.rows;
    onRows(rows);
  }
  download(name, new Blob(pieces, { type: request.file.format === 'csv' ? 'text/csv' : 'application/x-ndjson' }));
  return name;
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
