/** Rework and scrap by the command line, with the C agent on the line. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildAgent } from '../../main/agentbinary.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

type Value = { [key: string]: unknown };

const codeOf = ({ value }: { value: Value }) => (value.error as Value | undefined)?.code;
const statesOf = ({ value }: { value: Value }) => (value.certificates as Value[]).map(({ state }) => state);

test('a sealed unit is reworked only with another board, and scrapped for ever', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-cli-'));
  const secret = async (name: string, text: string) => {
    await writeFile(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  const dir = await makeStation();
  const withCa = ['--data', dir, '--passphrase-file', await secret('passphrase', passphrase)];
  const operator = ['--badge', 'OP-1', '--pin-file', await secret('op', '1111')];
  const agreed = ['--second-badge', 'EN-1', '--second-pin-file', await secret('en', '2222')];
  const why = ['--reason', 'board replaced'];
  const binary = await buildAgent();
  const board = async (name: string) => {
    const agent = await startAgent(binary, ['--state', join(folder, name)]);
    t.after(() => agent.stop());
    return () => json('line', 'run', ...withCa, '--port', agent.path, '--driver', 'agent', '--unit-serial', 'CLI-1');
  };
  const run = await board('sealed');
  const first = await run();
  assert.equal(first.value.outcome, 'PASS', JSON.stringify(first.value));

  const rework = (...more: string[]) => json('units', 'rework', 'CLI-1', '--data', dir, ...why, ...more);
  const alone = await json('units', 'rework', 'CLI-1', ...withCa, ...why, ...agreed);
  assert.deepEqual([alone.code, codeOf(alone)], [1, 'session.secondPerson'], 'a passphrase is nobody');
  const wrong = ['--second-badge', 'EN-1', '--second-pin-file', await secret('wrong', '9999')];
  assert.equal(codeOf(await rework(...operator, ...wrong)), 'session.wrongPin');
  const done = await json('units', 'rework', 'CLI-1', ...withCa, ...operator, ...why, ...agreed);
  assert.deepEqual([done.code, done.value.state, statesOf(done)], [0, 'started', ['revoked']]);
  const crl = await json('ca', 'certificates', '--data', dir, '--state', 'revoked');
  assert.equal((crl.value as unknown as Value[]).length, 1);

  const sealed = await run();
  assert.deepEqual([sealed.code, codeOf(sealed)], [1, 'device.sealed']);
  const another = await (await board('another'))();
  assert.equal(another.value.outcome, 'PASS', JSON.stringify(another.value));
  assert.notEqual(another.value.certificateId, first.value.certificateId);

  const scrapped = await json('units', 'scrap', 'CLI-1', '--data', dir, ...operator, ...why, ...agreed);
  assert.deepEqual([scrapped.code, scrapped.value.state, statesOf(scrapped)], [0, 'scrapped', ['revoked', 'revoked']]);
  assert.equal(codeOf(await rework(...operator, ...agreed)), 'unit.scrapped');
  assert.equal(codeOf(await (await board('third'))()), 'unit.scrapped');
  const listed = await json('units', 'list', '--data', dir, '--state', 'scrapped');
  assert.deepEqual(
    (listed.value as unknown as Value[]).map(({ unitSerial }) => unitSerial),
    ['CLI-1'],
  );
});
