/** The witness: what it cosigns, what it refuses, and what it still knows after its process was killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import rfc9162 from '@transmute/rfc9162';
import fc from 'fast-check';
import { addCheckpointText, readAddCheckpoint } from '../../app/records/log/addcheckpoint.ts';
import { bodyOf, cosignatureBy } from '../../app/records/log/cosignature.ts';
import { cosignatureKind, readVerifierKey } from '../../app/records/log/note.ts';
import { askWitness } from '../../main/witness/ask.ts';
import { serveWitness } from '../../main/witness/server.ts';
import { addLog, makeWitness, openWitness } from '../../main/witness/store.ts';
import { createWitness } from '../../main/witness/witness.ts';
import { refuses } from '../records/support.ts';
import { makeLog } from './logs.ts';

const { RFC9162 } = rfc9162;
const home = mkdtempSync(join(tmpdir(), 'birthmark-witness-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const fresh = (): string => join(home, String(++folders));
const at = new Date('2026-11-30T10:00:00Z');
const log = makeLog();

async function bed() {
  const store = await makeWitness(fresh(), 'plant.example/w1');
  await addLog(store, log.key, false);
  const witness = createWitness(store, () => at);
  const post = (text: string) => witness.addCheckpoint(text);
  const status = async (text: string) => (await post(text)).status;
  const held = async () => (await store.log(log.origin))?.latest?.size ?? 0;
  return { store, witness, post, status, held, key: readVerifierKey(store.key, cosignatureKind)! };
}

test('it answers as the specification says, case by case', async () => {
  const { store, post, status, held, key } = await bed();
  const first = await post(log.request(0, 5));
  assert.equal(first.status, 200);
  const cosigned = cosignatureBy(key, first.text, bodyOf(log.note(5))!);
  assert.equal(cosigned?.time, at.getTime() / 1000);
  assert.equal(cosignatureBy(key, first.text, bodyOf(log.note(6))!), undefined, 'it is for this checkpoint alone');
  assert.equal(await status(log.request(5, 5)), 200, 'the same once more');
  assert.equal(await status(log.request(5, 9)), 200);
  const conflict = await post(log.request(5, 12));
  assert.deepEqual([conflict.status, conflict.contentType, conflict.text], [409, 'text/x.tlog.size', '9\n']);
  assert.equal(await status(log.request(0, 12)), 409, 'the old size is not the one that it holds');
  assert.equal(await status(addCheckpointText(9, log.proof(9, 12).slice(1), log.note(12))), 422);
  assert.equal(await status(addCheckpointText(12, [], log.note(9))), 400, 'the old size is larger');
  assert.equal(await status('old 9\n'), 400);

  const other = makeLog(log.origin, 'fork');
  assert.equal(await status(other.request(9, 12)), 403, 'another key signed it');
  assert.equal(await status(makeLog('birthmark/none').request(0, 3)), 404);
  assert.equal(await held(), 9, 'no refusal moved it');

  await assert.rejects(addLog(store, other.key, false), refuses('records.exists'));
  await addLog(store, other.key, true);
  assert.equal(await status(other.request(0, 3)), 200, 'a station that was restored begins once more');
  assert.equal(readdirSync(join(home, String(folders), 'logs')).filter((name) => name.startsWith('former-')).length, 1);
  const newStore = await makeWitness(fresh(), 'plant.example/w2');
  await addLog(newStore, other.key, false);
  const fork = createWitness(newStore, () => at);
  await fork.addCheckpoint(other.request(0, 4));
  const rewritten = makeLogWith(other);
  const same = await fork.addCheckpoint(addCheckpointText(4, [], rewritten));
  assert.deepEqual([same.status, same.text], [409, '4\n'], 'another root at the same size');
});

/** A checkpoint of four leaves that this log never had, with its signature. */
function makeLogWith(other: ReturnType<typeof makeLog>): string {
  const body = `${other.origin}\n4\n${Buffer.alloc(32, 9).toString('base64')}\n`;
  const [, lines = ''] = other.note(4).split('\n\n');
  const id = Buffer.from(lines.split(' ')[2]!, 'base64').subarray(0, 4);
  return `${body}\n— ${other.origin} ${Buffer.concat([id, other.sign(body)]).toString('base64')}\n`;
}

test('a checkpoint with further lines is cosigned with them', async () => {
  const { post, key } = await bed();
  const body = `${bodyOf(log.note(3))}extra line\n`;
  const [, lines = ''] = log.note(3).split('\n\n');
  const id = Buffer.from(lines.split(' ')[2]!, 'base64').subarray(0, 4);
  const note = `${body}\n— ${log.origin} ${Buffer.concat([id, log.sign(body)]).toString('base64')}\n`;
  const answer = await post(addCheckpointText(0, [], note));
  assert.equal(answer.status, 200);
  assert.ok(cosignatureBy(key, answer.text, body));
});

test("what it takes for grown is grown by another program's Merkle tree", async () => {
  const leaves = Array.from({ length: 40 }, (_, n) => Buffer.from(`${log.mark} ${n}`));
  const heads = new Map<number, string>();
  for (const size of [1, 2, 3, 7, 8, 21, 32, 40])
    heads.set(size, Buffer.from(await RFC9162.treeHead(leaves.slice(0, size))).toString('base64'));
  const { status } = await bed();
  let old = 0;
  for (const [size, head] of heads) {
    assert.equal(log.root(size).toString('base64'), head);
    assert.equal(await status(log.request(old, size)), 200);
    old = size;
  }
});

test('no text makes it fail, and none that is not a whole request is taken', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), (one, other) => {
      const [old, size] = [Math.min(one, other), Math.max(one, other) + 1];
      const read = readAddCheckpoint(log.request(old, size));
      assert.equal(read?.old, old);
      assert.equal(read?.checkpoint.size, size);
      assert.deepEqual(
        read?.proof.map((hash) => hash.toString('base64')),
        log.proof(old, size),
      );
      assert.equal(read?.note, log.note(size));
    }),
    { numRuns: 60 },
  );
  const parts = fc.constantFrom(
    'old ',
    '0',
    '7',
    '07',
    '\n',
    '\n\n',
    '— ',
    log.origin,
    ' ',
    'A'.repeat(43),
    '=',
    '\r',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts, { maxLength: 30 }).map((all) => all.join('')),
  );
  fc.assert(fc.property(text, (junk) => assert.equal(readAddCheckpoint(junk), undefined)));
  const whole = log.request(5, 20);
  const change = fc.tuple(fc.nat(whole.length - 1), fc.constantFrom('', '\n', ' ', 'x', '0', '—', '\r'));
  fc.assert(
    fc.property(change, ([place, put]) => {
      const changed = whole.slice(0, place) + put + whole.slice(place + 1);
      const read = readAddCheckpoint(changed);
      // What is read says the same when it is written again.
      if (read)
        assert.equal(
          addCheckpointText(
            read.old,
            read.proof.map((hash) => hash.toString('base64')),
            read.note,
          ),
          changed,
        );
    }),
  );
  const lines = Array.from({ length: 64 }, () => Buffer.alloc(32).toString('base64'));
  assert.equal(readAddCheckpoint(addCheckpointText(5, lines, log.note(20))), undefined, '63 hashes at most');
});

test('many at once: it never goes back, and answers each', async () => {
  const { store, held, key } = await bed();
  const server = await serveWitness(
    createWitness(store, () => at),
    { host: '127.0.0.1', port: 0, onError: (thrown) => assert.fail(String(thrown)) },
  );
  try {
    const post = (body: string) => askWitness({ method: 'POST', url: `${server.url}/add-checkpoint`, body });
    const sizes = Array.from({ length: 24 }, (_, n) => n + 1);
    const answers = await Promise.all(sizes.map((size) => post(log.request(0, size))));
    const won = answers.flatMap(({ status }, place) => (status === 200 ? [sizes[place]!] : []));
    assert.equal(won.length, 1, 'all say that it holds nothing, so that one is right');
    assert.ok(answers.every(({ status, text }) => status === 200 || (status === 409 && text === `${won[0]}\n`)));
    assert.equal(await held(), won[0]);
    const shown = await askWitness({ method: 'GET', url: `${server.url}/checkpoint?origin=${log.origin}` });
    assert.ok(shown.text.startsWith(log.note(won[0]!)) && cosignatureBy(key, shown.text, bodyOf(shown.text)!));
    assert.equal((await post('x'.repeat(70_000))).status, 413);
    assert.equal((await askWitness({ method: 'GET', url: `${server.url}/add-checkpoint` })).status, 405);
    assert.equal((await askWitness({ method: 'GET', url: `${server.url}/checkpoint?origin=none` })).status, 404);
  } finally {
    await server.close();
  }
});

test('killed at any moment, it still holds what it has cosigned', async (t) => {
  const dir = fresh();
  await addLog(await makeWitness(dir, 'plant.example/w1'), log.key, false);
  const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));
  for (const limit of [3, 11]) {
    const args = ['witness', 'serve', '--data', dir, '--listen', '0', '--json'];
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const gone = once(child, 'close');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    let acked = (await (await openWitness(dir)).log(log.origin))?.latest?.size ?? 0;
    for (let count = 0; ; count += 1) {
      // The kill lands somewhere in the work on the next one.
      if (count === limit) setTimeout(() => child.kill('SIGKILL'), Math.random() * 4);
      const body = log.request(acked, acked + 1);
      const answer = await askWitness({ method: 'POST', url: `${url}/add-checkpoint`, body }).catch(() => undefined);
      if (answer === undefined) break;
      assert.equal(answer.status, 200);
      acked += 1;
    }
    await gone;
    const kept = (await (await openWitness(dir)).log(log.origin))?.latest?.size ?? 0;
    assert.ok(kept === acked || kept === acked + 1, `it answered ${acked} and holds ${kept}`);
  }
});
