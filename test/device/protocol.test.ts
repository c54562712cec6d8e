import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readAnswer } from '../../app/device/drivers/agent/answer.ts';
import { type Frame, frameLimit, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { commands } from '../../app/practice/devices/agent/commands.ts';
import { folderFor, judgeCsr } from './support.ts';

const page = readFileSync(new URL('../../native/agent/PROTOCOL.md', import.meta.url), 'utf8');
const session = /```session\n([\s\S]*?)```/.exec(page)?.[1]?.trimEnd().split('\n') ?? [];

type Exchange = { request: Frame; answers: Frame[] };

function exchanges(): { read: Exchange[]; damaged: string[]; logs: string[] } {
  const read: Exchange[] = [];
  const damaged: string[] = [];
  const logs: string[] = [];
  for (const line of session) {
    assert.ok(line.length + 1 <= frameLimit, line);
    const mark = line.startsWith('>') ? '>' : '<';
    const frame = parseFrame(mark, line);
    if (frame === undefined) logs.push(line);
    else if (frame === 'damaged') damaged.push(line);
    else if (mark === '>') read.push({ request: frame, answers: [] });
    else if (frame.seq !== 0) read.at(-1)?.answers.push(frame);
    else assert.equal(frame.body, 'err line');
  }
  return { read, damaged, logs };
}

test('the example in PROTOCOL.md has right CRCs, one line damaged on purpose and one of log', () => {
  const { read, damaged, logs } = exchanges();
  assert.ok(read.length > 12, `${read.length} requests`);
  assert.equal(damaged.length, 1);
  assert.equal(logs.length, 1);
  for (const { request, answers } of read) {
    assert.ok(answers.length > 0, request.body);
    for (const answer of answers) assert.equal(answer.seq, request.seq);
    assert.match(answers.at(-1)?.body ?? '', /^(ok|err)/);
  }
});

test('the example tells the truth: its CSR is one for openssl, its digests are of what it carries', (t) => {
  const carried: Record<string, Buffer[]> = {};
  const carry = (name: string, payload = '') => {
    carried[name] = [...(carried[name] ?? []), Buffer.from(payload, 'base64')];
  };
  const answerTo = (verb: string) => {
    const found = exchanges().read.find(({ request }) => request.body.startsWith(verb));
    const [word = '', ...rest] = found?.answers.at(-1)?.body.split(' ') ?? [];
    return readAnswer(word, rest).values;
  };
  for (const { request, answers } of exchanges().read) {
    const [verb, item = '', , payload = ''] = request.body.split(' ');
    if (verb === 'data') carry(item, payload);
    if (verb === 'read') carry(`read ${item}`, answers[0]?.body.slice(3));
  }
  const sha256 = (pieces: Buffer[] = []) => createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
  assert.equal(answerTo('csr').sha256, sha256(carried['read csr']));
  assert.equal(answerTo('stored cert').sha256, sha256(carried.cert));
  assert.deepEqual(carried['read config'], carried.config);
  assert.match(judgeCsr(folderFor(t), Buffer.concat(carried['read csr'] ?? [])).text, /SN-000117/);
});

test('the page describes every command of the simulation, and no other', () => {
  const described = [...page.matchAll(/^### (\w+)$/gm)].map((match) => match[1]);
  assert.deepEqual(described.sort(), Object.keys(commands).sort());
});
