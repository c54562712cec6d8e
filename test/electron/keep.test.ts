/** Saving and printing from the window: through the system's dialogs, and only what the station gave the page. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Reply } from '../../app/contract/index.ts';
import { StationError } from '../../app/contract/index.ts';
import { begin } from './standin/begin.ts';
import { buildBundles, until } from './standin/launch.ts';

let bundles: Awaited<ReturnType<typeof buildBundles>>;
const folder = mkdtempSync(join(tmpdir(), 'birthmark-keep-'));
before(async () => {
  bundles = await buildBundles('fake');
});
after(() => {
  bundles.remove();
  rmSync(folder, { recursive: true, force: true });
});

const der = Buffer.from('3003020105', 'hex');
const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
const share = 'birthmark-share-1-of-3-abcdefghijklmnop';
const answers: Record<string, unknown> = {
  'certificates.show': { pem, chainPem: pem + pem },
  'ca.exportKey': { fileName: 'root.p12', content: der.toString('base64') },
  'ca.splitKey': { shares: [share] },
  'units.transcript': {
    unitSerial: 'SN-1',
    attempt: 1,
    startedAt: '2026-11-20T13:05:09.000Z',
    driver: 'agent',
    bytes: 5,
    truncated: false,
    lines: [{ ms: 1, dir: 'out', text: 'id?' }],
  },
};
const filePart = ({ batchId, offset }: { batchId: string; offset: number }) => {
  const digest = createHash('sha256')
    .update(batchId === 'B1' ? 'one\ntwo\n' : 'another')
    .digest('hex');
  return {
    bytes: Buffer.from(offset === 0 ? 'one\n' : 'two\n').toString('base64'),
    next: offset === 0 ? 4 : null,
    digest,
  };
};
/** 501 differences. */
const driftPage = ({ after, limit }: { after: number; limit: number }) => ({
  total: 501,
  rows: Array.from({ length: Math.min(limit, 501 - after) }, (_, n) => ({
    ...{ kind: 'missing', certificateId: `c${after + n}`, unitSerial: `SN-${after + n}`, found: 'not in AWS' },
  })),
});
const start = () =>
  begin(bundles.folder, {
    answer: (method, params) => {
      if (method === 'batches.filePart') return filePart(params as { batchId: string; offset: number });
      if (method === 'drift.findings') return driftPage(params as { after: number; limit: number });
      if (method === 'ca.hierarchy') throw new StationError('session.forbidden', 'not for operators');
      return answers[method];
    },
  });

type Started = Awaited<ReturnType<typeof start>>;
const asks = ({ page }: Started, method: string) => page().call({ method, params: {} });
const codeOf = (reply: Reply) => (reply.ok ? undefined : reply.error.code);

/** Asks to save, and answers the dialog. */
async function save(started: Started, file: object, to: string | undefined): Promise<Reply> {
  const { saveDialogs } = started.electron.standin;
  const reply = started.page().act({ act: 'keep', file });
  let settled = false;
  void reply.finally(() => {
    settled = true;
  });
  await until(() => settled || saveDialogs.length === 1);
  saveDialogs[0]?.answer(to);
  return structuredClone(await reply);
}

describe('saving', () => {
  test('a certificate that the station gave this page, as text and as DER, where the person says', async () => {
    const started = await start();
    await asks(started, 'certificates.show');
    const text = join(folder, 'SN-1.pem');
    const reply = await save(started, { what: 'text', name: 'SN-1.pem', content: pem }, text);
    assert.deepEqual(reply, { ok: true, result: { name: 'SN-1.pem' } });
    assert.equal(readFileSync(text, 'utf8'), pem);
    const binary = join(folder, 'SN-1.crt');
    await save(started, { what: 'der', name: 'SN-1.crt', content: pem }, binary);
    assert.deepEqual(readFileSync(binary), der);
  });

  test('the dialog begins with the name in the folder used last', async () => {
    const started = await start();
    await asks(started, 'certificates.show');
    const { saveDialogs } = started.electron.standin;
    const first = started.page().act({ act: 'keep', file: { what: 'text', name: 'a.pem', content: pem } });
    await until(() => saveDialogs.length === 1);
    assert.equal(saveDialogs[0]!.options.defaultPath, join('/stand-in/documents', 'a.pem'));
    saveDialogs[0]!.answer(join(folder, 'a.pem'));
    await first;
    const second = started.page().act({ act: 'keep', file: { what: 'text', name: 'b.pem', content: pem } });
    await until(() => saveDialogs.length === 1);
    assert.equal(saveDialogs[0]!.options.defaultPath, join(folder, 'b.pem'));
    saveDialogs[0]!.answer(undefined);
    assert.deepEqual(structuredClone(await second), { ok: true, result: {} });
  });

  test('an exported key and a share are for their owner only', async () => {
    const started = await start();
    await asks(started, 'ca.exportKey');
    await asks(started, 'ca.splitKey');
    const key = join(folder, 'root.p12');
    await save(started, { what: 'bytes', name: 'root.p12', content: der.toString('base64') }, key);
    assert.deepEqual(readFileSync(key), der);
    const paper = join(folder, 'share.txt');
    await save(started, { what: 'share', name: 'share.txt', note: 'Share 1 of 3', content: share }, paper);
    assert.equal(readFileSync(paper, 'utf8'), `Share 1 of 3\n\n${share}\n`);
    if (process.platform !== 'win32')
      for (const file of [key, paper]) assert.equal(statSync(file).mode & 0o777, 0o600, file);
  });

  test('a conversation is asked of the station again, with this page’s rights', async () => {
    const started = await start();
    const file = join(folder, 'talk.txt');
    const request = { what: 'transcript', name: 'talk.txt', unitSerial: 'SN-1', attempt: 1 };
    await save(started, request, file);
    assert.match(readFileSync(file, 'utf8'), /# unit SN-1, attempt 1.*\n.*\n.*\n0:00\.001 > id\?\n/);
    const { method, params } = started.station.connections[0]!.calls.at(-1)!;
    assert.equal(method, 'units.transcript');
    assert.deepEqual(structuredClone(params), { unitSerial: 'SN-1', attempt: 1 });
  });

  test('the differences from AWS are asked of the station page by page', async () => {
    const started = await start();
    const file = join(folder, 'differences.csv');
    const reply = await save(started, { what: 'drift', name: 'differences.csv' }, file);
    assert.deepEqual(reply, { ok: true, result: { name: 'differences.csv' } });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    assert.equal(lines[0], 'kind,certificateId,unitSerial,found');
    assert.deepEqual([lines[1], lines.length], ['missing,c0,SN-0,not in AWS', 1 + 501]);
  });

  test('a file of a batch comes in pieces, with this page’s rights; one that changed is not kept', async () => {
    const started = await start();
    const file = join(folder, 'batch.json');
    const request = { what: 'batchFile', name: 'batch.json', batchId: 'B1', kind: 'file' };
    await save(started, request, file);
    assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
    const asked = started.station.connections[0]!.calls.filter(({ method }) => method === 'batches.filePart');
    assert.deepEqual(
      structuredClone(asked.map(({ params }) => params)),
      [0, 4].map((offset) => ({ batchId: 'B1', kind: 'file', offset })),
    );
    const changed = join(folder, 'changed.json');
    assert.equal(codeOf(await save(await start(), { ...request, batchId: 'B2' }, changed)), 'records.damaged');
    assert.equal(existsSync(changed), false);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.writing')),
      [],
      'nothing is left behind',
    );
  });

  test('what the station did not give, gave another person, or gave before a reload or as another station is refused', async () => {
    const started = await start();
    const { saveDialogs } = started.electron.standin;
    const request = { what: 'text', name: 'a.pem', content: pem };
    assert.equal(codeOf(await save(started, request, join(folder, 'a.pem'))), 'session.forbidden');
    await asks(started, 'certificates.show');
    assert.equal(codeOf(await save(started, { ...request, content: `${pem} ` }, folder)), 'session.forbidden');
    for (const method of ['session.signOut', 'setup.open']) {
      await asks(started, 'certificates.show');
      await asks(started, method);
      assert.equal(codeOf(await save(started, request, folder)), 'session.forbidden', method);
    }
    await asks(started, 'certificates.show');
    await started.contents.loadURL('app://station/');
    assert.equal(codeOf(await save(started, request, folder)), 'session.forbidden');
    assert.equal(saveDialogs.length, 0);
  });

  test('the page names no path, no long note and no unknown kind', async () => {
    const started = await start();
    await asks(started, 'ca.splitKey');
    const good = { what: 'share', name: 'share.txt', note: '', content: share };
    for (const bad of [
      { ...good, name: '../share.txt' },
      { ...good, name: '/etc/passwd' },
      { ...good, name: 'C:\\a.txt' },
      { ...good, name: '.bashrc' },
      { ...good, note: 'a\nb' },
      { ...good, note: 'x'.repeat(401) },
      { ...good, what: 'program' },
      { ...good, more: 1 },
    ])
      assert.equal(codeOf(await save(started, bad, folder)), 'call.malformed', JSON.stringify(bad));
  });

  test('a folder that takes nothing is said so, and leaves nothing behind', async () => {
    const started = await start();
    await asks(started, 'certificates.show');
    // A file stands where the folder should be.
    const blocked = join(folder, 'file', 'a.pem');
    await asks(started, 'certificates.show');
    await save(started, { what: 'text', name: 'file', content: pem }, join(folder, 'file'));
    const reply = await save(started, { what: 'text', name: 'a.pem', content: pem }, blocked);
    assert.equal(codeOf(reply), 'window.notSaved');
    assert.ok(!reply.ok && !JSON.stringify(reply.error).includes(folder), 'no path in what the page sees');
  });

  test('one dialog at a time; a refused one does not block the next', async () => {
    const started = await start();
    await asks(started, 'certificates.show');
    const { saveDialogs } = started.electron.standin;
    const request = { act: 'keep', file: { what: 'text', name: 'a.pem', content: pem } };
    const first = started.page().act(request);
    await until(() => saveDialogs.length === 1);
    assert.equal(codeOf(await started.page().act(request)), 'call.cancelled');
    assert.equal(codeOf(await started.page().act({ act: 'print' })), 'call.cancelled');
    saveDialogs[0]!.answer(undefined);
    await first;
    assert.equal((await started.page().act({ act: 'print' })).ok, true);
  });
});

describe('printing', () => {
  test('by the dialog of the system, unless an engineer named a printer', async () => {
    const { page, contents, control } = await start();
    assert.equal((await page().act({ act: 'print' })).ok, true);
    await control.configure({ printer: 'LABEL_1' });
    assert.deepEqual(structuredClone(await page().act({ act: 'print' })), { ok: true, result: { name: 'LABEL_1' } });
    assert.deepEqual(contents.prints, [
      { silent: false, printBackground: false },
      { silent: true, printBackground: false, deviceName: 'LABEL_1' },
    ]);
    contents.printers = [{ name: 'LABEL_1', displayName: 'Label printer', description: '', options: {} }];
    assert.deepEqual((await control.view()).printers, [{ name: 'LABEL_1', label: 'Label printer' }]);
  });

  test('a dialog that was closed is no failure; a named printer that takes nothing is one', async () => {
    const { page, contents, control } = await start();
    contents.printer = { success: false, reason: 'Print job canceled' };
    assert.deepEqual(structuredClone(await page().act({ act: 'print' })), { ok: true, result: {} });
    await control.configure({ printer: 'GONE' });
    contents.printer = { success: false, reason: 'Invalid printer settings' };
    assert.equal(codeOf(await page().act({ act: 'print' })), 'window.notPrinted');
  });
});
