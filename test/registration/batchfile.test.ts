import assert from 'node:assert/strict';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createTemporary } from '../../app/files/index.ts';
import { type BatchMember, batchKey, batchLine, writeBatchFile } from '../../app/registration/index.ts';
import type { LinesFileActs } from '../../app/registration/linesfile.ts';
import { openssl } from '../practice/support.ts';
import { temporaryFolder } from './support.ts';

const member = (n: number, over: Partial<BatchMember> = {}): BatchMember => ({
  unitSerial: `SN-${n}`,
  thingName: `unit-${n}`,
  certificateId: n.toString(16).padStart(64, '0'),
  certificatePem: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
  caCertificatePem: '-----BEGIN CERTIFICATE-----\nBB==\n-----END CERTIFICATE-----\n',
  ...over,
});

const pem = fc.string({ unit: 'grapheme', maxLength: 200 });
const name = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,128}$/);

/** The system's acts; before each, `note` is asked what to write down of it, or fails it. */
function listening(seen: string[], note: (act: string) => Promise<string>) {
  const noted = async (act: string) => void seen.push(await note(act));
  const acts: LinesFileActs = {
    begin: async (near, mode) => {
      const begun = await createTemporary(near, mode);
      const { handle } = begun;
      const [sync, close] = [handle.sync.bind(handle), handle.close.bind(handle)];
      handle.sync = async () => {
        await noted('sync');
        await sync();
      };
      handle.close = async () => {
        await noted('close').catch(() => {});
        await close();
      };
      return begun;
    },
    rename: async (from, to) => {
      await noted('rename');
      await rename(from, to);
    },
    syncFolder: () => noted('sync folder'),
  };
  return { acts };
}

suite('batch file', () => {
  test('property: a member is one line and comes back whole', () => {
    fc.assert(
      fc.property(name, pem, pem, (thingName, certificatePem, caCertificatePem) => {
        const line = batchLine(member(1, { thingName, certificatePem, caCertificatePem }));
        assert.ok(!/[\r\n]/.test(line));
        assert.deepEqual(JSON.parse(line), {
          ThingName: thingName,
          SerialNumber: 'SN-1',
          CertificatePem: certificatePem,
          CACertificatePem: caCertificatePem,
        });
      }),
    );
  });

  test('property: any key fits what AWS takes for inputFileKey', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/), (batchId) => {
        assert.match(batchKey(batchId, 'a'.repeat(64)), /^[a-zA-Z0-9!_.*'()\-/]{1,1024}$/);
      }),
    );
    for (const batchId of ['', 'with space', '../up', 'a/b', 'ü'])
      assert.throws(() => batchKey(batchId, 'd'), { code: 'call.badParams' });
  });

  test('the file holds the lines in order, its name and key the digest openssl computes', async (t) => {
    const folder = temporaryFolder(t);
    const { file, key, digest, count } = await writeBatchFile(folder, 'B-1', [[member(1)], [member(2)]]);
    const lines = (await readFile(file, 'utf8')).split('\n');
    assert.deepEqual(
      lines.map((line) => line && JSON.parse(line).ThingName),
      ['unit-1', 'unit-2', ''],
    );
    assert.equal(openssl(folder, 'dgst', '-sha256', '-r', file).split(' ')[0], digest);
    assert.deepEqual([key, count, file], [`batches/B-1-${digest}.json`, 2, join(folder, `B-1-${digest}.json`)]);
    assert.equal((await stat(file)).mode & 0o077, 0);
  });

  test('each line is on disk before the file has its name, and its name before anyone is told', async (t) => {
    const folder = temporaryFolder(t);
    const seen: string[] = [];
    const { acts } = listening(seen, async (act) => {
      const [name = ''] = await readdir(folder);
      const lines = (await readFile(join(folder, name), 'utf8')).split('\n').length - 1;
      return `${act}: ${lines} lines in ${name.startsWith('.') ? 'a temporary file' : 'the file'}`;
    });
    await writeBatchFile(folder, 'B', [[member(1), member(2)]], acts);
    assert.deepEqual(seen, [
      'sync: 2 lines in a temporary file',
      'close: 2 lines in a temporary file',
      'rename: 2 lines in a temporary file',
      'sync folder: 2 lines in the file',
    ]);
  });

  for (const [errno, code] of [
    ['EIO', 'records.failed'],
    ['ENOSPC', 'records.diskFull'],
  ] as const) {
    for (const failing of ['sync', 'rename'] as const) {
      test(`${failing} fails with ${errno}: ${code}, and neither file is there`, async (t) => {
        const folder = temporaryFolder(t);
        const seen: string[] = [];
        const { acts } = listening(seen, async (act) => {
          if (act === failing) throw Object.assign(new Error(errno), { code: errno });
          return act;
        });
        await assert.rejects(writeBatchFile(folder, 'B', [[member(1)]], acts), { code });
        assert.ok(seen.includes('close'), 'the file is closed');
        assert.deepEqual(await readdir(folder), []);
      });
    }
  }

  test("a PEM of a parameter's whole length, in a folder that is not there yet", async (t) => {
    const pem = 'x'.repeat(4096);
    const folder = join(temporaryFolder(t), 'a', 'b');
    const { file } = await writeBatchFile(folder, 'B', [[member(1, { certificatePem: pem, caCertificatePem: pem })]]);
    const { CertificatePem, CACertificatePem } = JSON.parse(await readFile(file, 'utf8'));
    assert.deepEqual([CertificatePem, CACertificatePem], [pem, pem]);
  });

  test('the same members give the same file', async (t) => {
    const folder = temporaryFolder(t);
    const first = await writeBatchFile(folder, 'B', [[member(1)]]);
    assert.deepEqual(await writeBatchFile(folder, 'B', [[member(1)]]), first);
    assert.equal((await readdir(folder)).length, 1);
  });

  const refused: [string, BatchMember[], string][] = [
    ['no members', [], 'batch.empty'],
    ['a thing name with a space', [member(1, { thingName: 'a b' })], 'call.badParams'],
    ['a unit serial with an umlaut', [member(1, { unitSerial: 'ü' })], 'call.badParams'],
    ["a PEM beyond a parameter's length", [member(1, { certificatePem: 'x'.repeat(4097) })], 'call.badParams'],
    ["a CA's PEM beyond it", [member(1, { caCertificatePem: 'x'.repeat(4097) })], 'call.badParams'],
    ['one thing name twice', [member(1), member(2, { thingName: 'unit-1' })], 'call.badParams'],
  ];
  for (const [what, members, code] of refused) {
    test(`${what}: refused, and nothing is left behind`, async (t) => {
      const folder = temporaryFolder(t);
      await assert.rejects(writeBatchFile(folder, 'B', [members]), { code });
      assert.deepEqual(await readdir(folder), []);
    });
  }
});
