/** The words of the reference agent's protocol, on both sides of every border. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { connectFaults, connectPhases } from '../../app/contract/connecting.ts';
import { provisionPhases } from '../../app/device/driver.ts';
import { base64Of, countOf, readAnswer, sha256Of, textOf } from '../../app/device/drivers/agent/answer.ts';
import { connectCommand, phaseNamed, readPhases } from '../../app/device/drivers/agent/connect.ts';
import { encodeFrame, escapeText, frameLimit, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { provisionCommand, provisionPhaseNamed, readFailure } from '../../app/device/drivers/agent/provision.ts';
import { isError } from './support.ts';

const refused = isError('device.badAnswer');

test('an answer is ok, a refusal by its name, or a word of a later version, which is one, too', () => {
  assert.deepEqual(readAnswer('ok', ['YQ==', 'len=5', '=x', 'a==b', '1a=2']), {
    fields: ['YQ==', '=x', 'a==b', '1a=2'],
    values: { len: '5' },
  });
  assert.equal(readAnswer('err', ['sealed', 'why']).error, 'sealed');
  assert.equal(readAnswer('err', []).error, 'refused');
  assert.equal(readAnswer('later', []).error, 'later');
  assert.deepEqual(readAnswer('ok', ['x=1', 'x=2']).values, { x: '2' });
});

test('a number is plain and within its borders', () => {
  const read = (text: string | undefined) => countOf(text, 'n', 3, 200);
  for (const [text, number] of [
    ['3', 3],
    ['200', 200],
    ['0007', 7],
    ['000000200', 200],
  ] as const)
    assert.equal(read(text), number);
  for (const text of [undefined, '', '2', '201', '-3', '3.5', '1e1', ' 3', '0x3', '0000000200'])
    assert.throws(() => read(text), refused, String(text));
});

test('property: digests, texts and bytes are read as they were written, and nothing else is', () => {
  const anything = fc.option(fc.string({ maxLength: 70 }), { nil: undefined });
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  fc.assert(fc.property(hex, (digest) => sha256Of(digest) === digest));
  fc.assert(
    fc.property(hex, fc.nat(63), (digest, at) => {
      for (const other of [digest.slice(1), `${digest}0`, `${digest.slice(0, at)}G${digest.slice(at + 1)}`])
        assert.throws(() => sha256Of(other), refused);
    }),
  );
  fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => textOf(escapeText(text), 'text') === text));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      assert.deepEqual(new Uint8Array(base64Of(Buffer.from(bytes).toString('base64'))), bytes);
    }),
  );
  fc.assert(
    fc.property(anything, (text) => {
      if (/^[0-9a-f]{64}$/.test(text ?? '')) return;
      assert.throws(() => sha256Of(text), refused);
    }),
  );
  for (const text of [undefined, '', 'a b', '%zz']) assert.throws(() => textOf(text, 'text'), refused, String(text));
  for (const text of [undefined, '', 'YQ', 'YQ=', 'Y===', 'YWI', 'YQ==YQ==', 'YW-_'])
    assert.throws(() => base64Of(text), refused, String(text));
});

describe('a frame', () => {
  const room = frameLimit - '>0001 *00000000\n'.length;

  test('has a number of sixteen bits', () => {
    for (const seq of [0, 0xffff])
      assert.deepEqual(parseFrame('>', encodeFrame('>', { seq, body: 'x' }).trimEnd())!, { seq, body: 'x' });
    for (const seq of [-1, 0x10000]) assert.throws(() => encodeFrame('>', { seq, body: 'x' }), RangeError);
  });

  test('has 256 bytes at most with its line feed, written or read', () => {
    const longest = encodeFrame('<', { seq: 1, body: 'x'.repeat(room) });
    assert.equal(longest.length, 256);
    assert.deepEqual(parseFrame('<', longest.trimEnd()), { seq: 1, body: 'x'.repeat(room) });
    assert.throws(() => encodeFrame('<', { seq: 1, body: 'x'.repeat(room + 1) }), RangeError);
    assert.equal(parseFrame('<', longest.trimEnd().replace('x', 'xx')), 'damaged');
  });
});

describe('connect', () => {
  const home = { host: 'a.example', port: 8883, clientId: 'U 1', topic: 't/1' };

  test('is one line as long as a frame may be, and no longer', () => {
    assert.deepEqual(connectCommand(home), ['connect', 'a.example', '8883', 'U%201', 't/1']);
    const rest = connectCommand({ ...home, topic: '' }).join(' ').length;
    const room = frameLimit - '>0001 *00000000\n'.length - rest;
    const longest = connectCommand({ ...home, topic: 'x'.repeat(room) });
    assert.equal(encodeFrame('>', { seq: 1, body: longest.join(' ') }).length, frameLimit);
    assert.throws(
      () => connectCommand({ ...home, topic: 'x'.repeat(room + 1) }),
      (error: unknown) => isError('call.badParams')(error) && (error as { data?: object }).data !== undefined,
    );
  });

  test('tells each phase with its time up to the one that failed', () => {
    const times = Object.fromEntries(connectPhases.map((phase, at) => [phase, `${at}`]));
    assert.deepEqual(
      readPhases(times),
      connectPhases.map((phase, ms) => ({ phase, state: 'ok', ms })),
    );
    for (const [at, failed] of connectPhases.entries())
      for (const fault of connectFaults) {
        const phases = readPhases({ ...times, failed, reason: fault, detail: 'why%20so' });
        assert.deepEqual(phases[at], { phase: failed, state: 'failed', ms: at, fault, reason: 'why so' });
        const states = phases.map(({ state }) => state);
        assert.deepEqual(
          states,
          connectPhases.map((_, each) => (each < at ? 'ok' : each === at ? 'failed' : 'notReached')),
        );
      }
    const [first] = connectPhases;
    assert.equal('reason' in readPhases({ ...times, failed: first, reason: connectFaults[0] })[0]!, false);
    assert.equal(readPhases({ ...times, [first]: '600000' })[0]?.ms, 600_000);
  });

  test('without a time, with an unknown phase or for an unknown reason is a bad answer', () => {
    const [first] = connectPhases;
    const times = Object.fromEntries(connectPhases.map((phase) => [phase, '1']));
    for (const values of [
      {},
      { ...times, [first]: '600001' },
      { ...times, failed: 'later', reason: connectFaults[0] },
      { ...times, failed: first, reason: 'later' },
      { ...times, failed: first },
      { ...times, failed: first, reason: connectFaults[0], detail: '%' },
    ])
      assert.throws(() => readPhases(values as Record<string, string>), refused, JSON.stringify(values));
    for (const phase of connectPhases) assert.equal(phaseNamed(phase), phase);
    assert.equal(phaseNamed('later'), undefined);
  });
});

describe('provision', () => {
  test('is one line, and its phases have their names', () => {
    assert.deepEqual(provisionCommand({ host: 'a.example', port: 443, clientId: 'U 1' }), [
      ...['provision', 'a.example', '443', 'U%201'],
    ]);
    for (const phase of provisionPhases) assert.equal(provisionPhaseNamed(phase), phase);
    assert.equal(provisionPhaseNamed('later'), undefined);
  });

  test('tells which phase failed and why; without one it has not failed', () => {
    assert.equal(readFailure({}), undefined);
    for (const failed of provisionPhases)
      for (const fault of [...connectFaults, 'rejected' as const]) {
        assert.deepEqual(readFailure({ failed, reason: fault, detail: 'why%20so' }), {
          failed,
          fault,
          reason: 'why so',
        });
        assert.deepEqual(readFailure({ failed, reason: fault }), { failed, fault, reason: '' });
      }
    const [failed] = provisionPhases;
    for (const values of [
      { failed: 'later', reason: 'rejected' },
      { failed, reason: 'later' },
      { failed, reason: 'rejected', detail: '' },
    ])
      assert.throws(() => readFailure(values), refused, JSON.stringify(values));
    assert.throws(() => readFailure({ failed }), refused);
  });
});
