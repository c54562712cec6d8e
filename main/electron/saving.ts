/** Saves and prints for a page, through the main process and the system's own dialogs. */
import { createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import {
  type ActDone,
  type CallEnvelope,
  chartCsv,
  csvOf,
  driftCsv,
  type KeepRequest,
  listText,
  type Reply,
  type Result,
  StationError,
  type Transcript,
  transcriptText,
} from '../../app/contract/index.ts';
import { writeOut } from '../../app/station/index.ts';
import type { Given } from './givenfiles.ts';

export type Keeper = {
  given: Given;
  call(envelope: CallEnvelope): Promise<Reply>;
};

/** Asks a person for the place. Undefined when they cancel. */
export type ChoosePlace = (name: string, extension: string) => Promise<string | undefined>;

const notGiven = () =>
  new StationError('session.forbidden', 'The station did not give this page what it wants to save.', {
    data: { reason: 'notGiven' },
  });

function bytesOfPem(pem: string): Uint8Array {
  const body = /-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1];
  if (body === undefined) throw notGiven();
  return new Uint8Array(Buffer.from(body, 'base64'));
}

/** Reads the conversation again with the rights of the person who is signed in on that page. */
async function conversation(
  { unitSerial, attempt, startedAt }: Extract<KeepRequest, { what: 'transcript' }>,
  call: Keeper['call'],
): Promise<string> {
  const params = { unitSerial, attempt, ...(startedAt === undefined ? {} : { startedAt }) };
  const reply = await call({ method: 'units.transcript', params });
  if (!reply.ok) throw StationError.from(reply.error);
  return transcriptText(reply.result as Transcript);
}

/** Reads the list with the rights of the person who is signed in on that page. */
const connections = ({ filter }: Extract<KeepRequest, { what: 'connections' }>, call: Keeper['call']) =>
  csvOf(async (page) => {
    const reply = await call({ method: 'connections.list', params: page });
    if (!reply.ok) throw StationError.from(reply.error);
    return reply.result as Result<'connections.list'>;
  }, filter);

/** As `connections`, a page at a time: a list may have a million rows. */
async function* rowsOf(
  { file }: Extract<KeepRequest, { what: 'list' }>,
  call: Keeper['call'],
): AsyncGenerator<Uint8Array> {
  const pages = listText(async (method, params) => {
    const reply = await call({ method, params });
    if (!reply.ok) throw StationError.from(reply.error);
    return reply.result as Awaited<ReturnType<Parameters<typeof listText>[0]>>;
  }, file);
  for await (const { text } of pages) yield Buffer.from(text);
}

/** As `connections`. */
const differences = (call: Keeper['call']) =>
  driftCsv(async (page) => {
    const reply = await call({ method: 'drift.findings', params: page });
    if (!reply.ok) throw StationError.from(reply.error);
    return reply.result as Result<'drift.findings'>;
  });

/**
 * Asks for a file of a batch piece by piece, with the rights of the person who is signed in on that page.
 *
 * @throws `records.damaged` – the pieces do not have the digest on record; as `batches.filePart`
 */
async function* piecesOf(
  { batchId, kind }: Extract<KeepRequest, { what: 'batchFile' }>,
  call: Keeper['call'],
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (let offset: number | null = 0; offset !== null; ) {
    const reply: Reply = await call({ method: 'batches.filePart', params: { batchId, kind, offset } });
    if (!reply.ok) throw StationError.from(reply.error);
    const { bytes, next, digest } = reply.result as Result<'batches.filePart'>;
    const piece = Buffer.from(bytes, 'base64');
    hash.update(piece);
    if (next === null && hash.digest('hex') !== digest)
      throw new StationError('records.damaged', `the file of batch ${batchId} has changed since it was made`);
    yield piece;
    offset = next;
  }
}

/**
 * Asks for the file of an export piece by piece, with the rights of the person who is signed in on that page.
 *
 * @throws as `exports.filePart`
 */
async function* exported(
  { exportId }: Extract<KeepRequest, { what: 'export' }>,
  call: Keeper['call'],
): AsyncGenerator<Uint8Array> {
  for (let offset: number | null = 0; offset !== null; ) {
    const reply: Reply = await call({ method: 'exports.filePart', params: { exportId, offset } });
    if (!reply.ok) throw StationError.from(reply.error);
    const { bytes, next } = reply.result as Result<'exports.filePart'>;
    yield Buffer.from(bytes, 'base64');
    offset = next;
  }
}

/** As `exported`; the station makes it when it is asked. */
async function birthRecord(
  { unitSerial, language }: Extract<KeepRequest, { what: 'birthRecord' }>,
  call: Keeper['call'],
): Promise<Uint8Array> {
  const reply = await call({ method: 'units.birthRecord', params: { unitSerial, language } });
  if (!reply.ok) throw StationError.from(reply.error);
  return new Uint8Array(Buffer.from((reply.result as Result<'units.birthRecord'>).pdf, 'base64'));
}

/** As `connections`. */
async function chartNumbers({ file }: Extract<KeepRequest, { what: 'chart' }>, call: Keeper['call']): Promise<string> {
  const reply = await call({ method: 'desk.charts', params: file.asked });
  if (!reply.ok) throw StationError.from(reply.error);
  return chartCsv(reply.result as Result<'desk.charts'>, file);
}

/** @throws `session.forbidden` – when the station did not give this to the page; as `units.transcript` */
async function contentOf(
  request: KeepRequest,
  { given, call }: Keeper,
): Promise<string | Uint8Array | AsyncIterable<Uint8Array>> {
  if (request.what === 'batchFile') return piecesOf(request, call);
  if (request.what === 'export') return exported(request, call);
  if (request.what === 'birthRecord') return birthRecord(request, call);
  if (request.what === 'transcript') return conversation(request, call);
  if (request.what === 'connections') return connections(request, call);
  if (request.what === 'drift') return differences(call);
  if (request.what === 'list') return rowsOf(request, call);
  if (request.what === 'chart') return chartNumbers(request, call);
  // It is shapes and words; the form of the request says so.
  if (request.what === 'picture') return request.content;
  if (!given.has(request.content)) throw notGiven();
  switch (request.what) {
    case 'text':
      return request.content;
    case 'der':
      return bytesOfPem(request.content);
    case 'bytes':
      return new Uint8Array(Buffer.from(request.content, 'base64'));
    case 'share':
      return `${request.note}\n\n${request.content}\n`;
  }
}

/** Only the owner may read keys and shares. */
const isSecret = ({ what }: KeepRequest): boolean => what === 'share' || what === 'bytes';

/** @throws as `contentOf`; `window.notSaved` */
export async function keepFile(request: KeepRequest, keeper: Keeper, choose: ChoosePlace): Promise<ActDone> {
  const content = await contentOf(request, keeper);
  const file = await choose(request.name, extname(request.name).slice(1));
  if (file === undefined) return {};
  try {
    await writeOut(file, content, isSecret(request));
  } catch (cause) {
    // A refusal of the station, or a damaged file, is no trouble of the place.
    if (cause instanceof StationError && !['records.failed', 'records.diskFull'].includes(cause.code)) throw cause;
    throw new StationError('window.notSaved', `could not write ${basename(file)}`, { cause });
  }
  return { name: basename(file) };
}

type SaveDialog = (options: {
  defaultPath: string;
  filters: { name: string; extensions: string[] }[];
}) => Promise<{ canceled: boolean; filePath: string }>;

/** The system's file dialog, opened in the last used folder. */
export function choosePlace(show: SaveDialog, folder: () => string, used: (file: string) => void): ChoosePlace {
  return async (name, extension) => {
    const filters = [
      ...(extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }]),
      { name: '*', extensions: ['*'] },
    ];
    const { canceled, filePath } = await show({ defaultPath: join(folder(), name), filters });
    if (canceled || filePath === '') return undefined;
    used(filePath);
    return filePath;
  };
}

export type PrintPage = (
  options: { silent: boolean; printBackground: boolean; deviceName?: string },
  done: (success: boolean, reason: string) => void,
) => void;

/**
 * @param printer the system's name of a printer, which prints at once; null opens the system's dialog, which reports
 * its own failures. Closing that dialog is no failure, and Chromium tells closing and failing apart by words only.
 * @throws `window.notPrinted`
 */
export function printPage(print: PrintPage, printer: string | null): Promise<ActDone> {
  const options = { silent: printer !== null, printBackground: false };
  return new Promise((resolve, reject) => {
    print({ ...options, ...(printer === null ? {} : { deviceName: printer }) }, (success, reason) => {
      if (success) resolve({ name: printer ?? '' });
      else if (printer === null) resolve({});
      else reject(new StationError('window.notPrinted', `the printer did not take it: ${reason}`));
    });
  });
}
