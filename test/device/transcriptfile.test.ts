/** A transcript's file: what is written is read back, and what is not a transcript is told by its line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transcript } from '../../app/contract/transcript.ts';
import { formatTranscript, parseTranscript } from '../../app/device/transcriptfile.ts';

const transcript: Transcript = {
  unitSerial: 'SN-1',
  attempt: 2,
  startedAt: '2026-11-21T08:00:00.000Z',
  driver: 'agent',
  bytes: 5,
  truncated: false,
  lines: [
    { ms: 1, dir: 'out', text: 'id\\r\\n' },
    { ms: 2.5, dir: 'in', text: 'ok', leftOut: 7 },
    { ms: 3, dir: 'in', text: '', lost: true },
  ],
};
const file = formatTranscript(transcript, '1.2.3');
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const refusedAt = (line: number, text: string) =>
  assert.throws(() => parseTranscript(text), { code: 'call.badParams', detail: new RegExp(`^line ${line}:`) }, text);

test('each line is a JSON value, the first says what it is, and all of it is read back', () => {
  assert.equal(file.at(-1), '\n');
  assert.equal(linesOf(file).length, 4);
  const { header, lines } = parseTranscript(file);
  const { unitSerial, attempt, driver, startedAt } = transcript;
  const format = { format: 'birthmark-transcript', version: 1 };
  assert.deepEqual(header, { ...format, unitSerial, attempt, driver, startedAt, station: '1.2.3' });
  assert.deepEqual(lines, transcript.lines);
});

test('empty lines mean nothing', () => {
  assert.deepEqual(parseTranscript(`\n${file.replaceAll('\n', '\n\n')}`), parseTranscript(file));
});

test('what is no transcript, of another version or damaged is told by its line', () => {
  const [header = '', first = '', ...rest] = linesOf(file);
  for (const begin of ['', 'hello', '{}', header.replace('"version":1', '"version":2'), first])
    refusedAt(1, [begin, first, ...rest].filter((line, at) => at > 0 || line !== '').join('\n'));
  refusedAt(2, [header, first.slice(1)].join('\n'));
  refusedAt(3, [header, first, first.replace('"out"', '"up"')].join('\n'));
});
