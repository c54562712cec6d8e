/** Files of lines: whole and private on disk or not there at all, and read back without what is too long. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { fileActs, linesOfFile, maxLineBytes, writeLinesFile } from '../../app/registration/linesfile.ts';
import { temporaryFolder } from './support.ts';

async function* given<L>(lines: readonly L[], end?: Error) {
  yield* lines;
  if (end) throw end;
}

/** Notes what makes the file durable, when it begins and when it is done; at `fails` it throws. */
function notedActs(fails?: { act: string; error: Error }) {
  const did: string[] = [];
  const sizes: number[] = [];
  const noted = async (name: string, act: () => Promise<void>) => {
    did.push(`${name} …`);
    await new Promise(setImmediate);
    if (fails?.act === name) throw fails.error;
    await act();
    did.push(name);
  };
  const acts: typeof fileActs = {
    async begin(near, mode) {
      const made = await fileActs.begin(near, mode);
      const { handle } = made;
      const [append, sync, close] = [
        handle.appendFile.bind(handle),
        handle.sync.bind(handle),
        handle.close.bind(handle),
      ] as const;
      handle.appendFile = async (chunk) => {
        sizes.push((chunk as Buffer).length);
        await noted('append', () => append(chunk));
      };
      handle.sync = () => noted('sync', sync);
      handle.close = () => noted('close', close);
      return made;
    },
    rename: (from, to) => noted('rename', () => fileActs.rename(from, to)),
    syncFolder: (folder) => noted('sync folder', () => fileActs.syncFolder(folder)),
  };
  return { acts, did, sizes };
}

/** Each act done before the next begins. */
const oneByOne = (...acts: string[]) => acts.flatMap((act) => [`${act} …`, act]);

const write = (t: TestContext, lines: AsyncIterable<string | string[]>, acts = fileActs) => {
  const folder = join(temporaryFolder(t), 'made', 'on the way');
  const written = writeLinesFile(folder, (digest) => `${digest.slice(0, 8)}.json`, lines, acts);
  return { folder, written };
};

suite('a file of lines', () => {
  test('has every byte, its digest and its counts, and is for the station alone', async (t) => {
    for (const lines of [
      [],
      ['a\n'],
      ['a\n', 'ü\n', '\n'],
      Array.from({ length: 3 }, () => `${'x'.repeat(200_000)}\n`),
    ]) {
      const { folder, written } = write(t, given(lines));
      const text = lines.join('');
      const digest = createHash('sha256').update(text).digest('hex');
      const file = join(folder, `${digest.slice(0, 8)}.json`);
      assert.deepEqual(await written, { file, digest, lines: lines.length, bytes: Buffer.byteLength(text) });
      assert.equal(readFileSync(file, 'utf8'), text);
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder), [`${digest.slice(0, 8)}.json`]);
    }
  });

  test('is on disk before it has its name, and its name is on disk before it is told', async (t) => {
    const { acts, did } = notedActs();
    await write(t, given(['a\n', 'b\n']), acts).written;
    assert.deepEqual(did, oneByOne('append', 'sync', 'close', 'rename', 'sync folder'));
  });

  test('has lines that come together, of any size and any characters, whole and in their order', async (t) => {
    const pages = [
      ['a\n', `${'é'.repeat(100_000)}\n`],
      [`${'€'.repeat(87_381)}\n`, `${'😀'.repeat(70_000)}\n`, 'b\n'],
      [],
      Array.from({ length: 600 }, (_, n) => `${n} ${'ü'.repeat(500)}\n`),
    ];
    const together = 1024 * 1024;
    // What fills it alone comes behind the least and the most that may wait for it.
    const filling = `${'x'.repeat(together - 1)}\n`;
    for (const each of [pages, [['\n', filling]], [[filling, '\n', filling]], [['x', `${filling}x`, '\n']]]) {
      const { written } = write(t, given(each));
      const { file, digest, lines, bytes } = await written;
      const text = each.flat().join('');
      assert.ok(readFileSync(file, 'utf8') === text);
      assert.deepEqual([lines, bytes], [each.flat().length, Buffer.byteLength(text)]);
      assert.equal(digest, createHash('sha256').update(text).digest('hex'));
    }
  });

  test('is written in parts, so that a large one is never whole in memory', async (t) => {
    const { acts, did, sizes } = notedActs();
    const mib = 1024 * 1024;
    const line = 'x'.repeat(mib - 1);
    await write(t, given([line, '\n', `${line}\n`, 'rest\n']), acts).written;
    assert.deepEqual(sizes, [mib, mib, 5]);
    assert.deepEqual(did.slice(0, 6), oneByOne('append', 'append', 'append'));
  });

  test('leaves nothing when it cannot be made, and says why', async (t) => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const cancelled = new StationError('call.cancelled', 'x');
    for (const act of ['append', 'sync', 'rename'])
      for (const [error, code] of [
        [full, 'records.diskFull'],
        [new Error('bad disk'), 'records.failed'],
        [cancelled, 'call.cancelled'],
      ] as const) {
        const { acts, did } = notedActs({ act, error });
        const { folder, written } = write(t, given(['a\n']), acts);
        await assert.rejects(written, { code });
        assert.deepEqual(readdirSync(folder), []);
        assert.ok(did.includes('close'));
      }
    const { folder, written } = write(t, given(['a\n'], cancelled));
    await assert.rejects(written, cancelled);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('is read line by line; a line of more than a mebibyte is cut', async (t) => {
    assert.equal(maxLineBytes, 1_048_576);
    const file = join(temporaryFolder(t), 'lines');
    writeFileSync(file, `one\n${'x'.repeat(1_048_580)}\nlast`);
    const lengthsIn = async (name: string) => {
      const lengths: number[] = [];
      for await (const lines of linesOfFile(name)) lengths.push(...lines.map((line) => line.length));
      return lengths;
    };
    assert.deepEqual(await lengthsIn(file), [3, 1_048_576, 4]);
    await assert.rejects(lengthsIn(`${file}-gone`), { code: 'records.damaged' });
  });
});
