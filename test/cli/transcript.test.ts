/** By the command line: a unit that fails leaves what was said; exported, it is said again on a pseudo-terminal, and fails alike. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseTranscript } from '../../app/device/transcriptfile.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { startAgent } from '../native/agent/support.ts';
import { run } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

describe('transcripts by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  let secret: string;
  const stations: string[] = [];
  const stops: (() => Promise<unknown>)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-transcript-'));
    secret = join(folder, 'passphrase');
    await writeFile(secret, 'only for this test\n', { mode: 0o600 });
    for (const name of ['one', 'other']) {
      const data = join(folder, name);
      const made = await run('init', '--data', data, '--name', name, '--passphrase-file', secret);
      assert.equal(made.code, 0, made.err);
      stations.push(data);
    }
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  const provision = async (data: string, port: string, driver: string, unitSerial: string) => {
    const place = ['--data', data, '--port', port, '--driver', driver, '--passphrase-file', secret];
    const { out } = await run('line', 'run', ...place, '--unit-serial', unitSerial, '--json');
    return JSON.parse(out) as { outcome: string; error?: { code: string; detail: string } };
  };
  const transcript = (data: string, unitSerial: string, ...more: string[]) =>
    run('units', 'transcript', unitSerial, '--data', data, ...more);

  /** `practice device`; its first line, and what it says when it ends by itself. */
  const practice = async (...args: string[]) => {
    const child = spawn(process.execPath, [program, 'practice', 'device', ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    stops.push(async () => {
      child.kill();
      await ended;
    });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', () => reject(new Error(said)));
    });
    return { port: String(JSON.parse(line).ports[0]), ended, said: () => said };
  };

  test('a unit that died while it was written: read, exported, and failed again at another station', async () => {
    const [one = '', other = ''] = stations;
    const agent = await startAgent(await buildAgent(), ['--state', join(folder, 'DEAD'), '--die-at', 'commit.chain']);
    const first = await provision(one, agent.path, 'agent', 'DEAD');
    await agent.stop().catch(() => {});
    assert.equal(first.error?.code, 'link.lost', JSON.stringify(first));

    const { out } = await transcript(one, 'DEAD');
    assert.match(out, /^DEAD, attempt 1, .*, driver agent\n\+0\.\d{3} > >[0-9A-F]{4} hello\*[0-9A-F]{8}\\n\n/);
    assert.match(out, /\+\d+\.\d{3} the port was gone\n$/);
    const shown = JSON.parse((await transcript(one, 'DEAD', '--attempt', '1', '--json')).out);
    const file = join(folder, 'dead.jsonl');
    assert.equal((await transcript(one, 'DEAD', '--out', file)).code, 0);
    const { header, lines } = parseTranscript(await readFile(file, 'utf8'));
    assert.deepEqual([header.format, header.version, header.unitSerial], ['birthmark-transcript', 1, 'DEAD']);
    assert.deepEqual(lines, shown.lines);

    const device = await practice('--replay', file, '--speed', '20');
    let again = await provision(other, device.port, 'agent', 'DEAD');
    // The replay is a process beside others. When it was late for an answer, it begins again with the next connection.
    if (again.error?.code === 'link.timeout') again = await provision(other, device.port, 'agent', 'DEAD');
    assert.equal(again.error?.code, 'link.lost', JSON.stringify(again));
    assert.equal(await device.ended, 0, 'it ends where the recording ends');
    assert.match(device.said(), /the replay is over: the port was gone here/);
  });

  test('a modem that passed does not pass by its recording', async () => {
    const [one = '', other = ''] = stations;
    const modem = await practice('--driver', 'nrf91');
    assert.equal((await provision(one, modem.port, 'nrf91', 'MODEM')).outcome, 'PASS');
    const file = join(folder, 'modem.jsonl');
    assert.equal((await transcript(one, 'MODEM', '--out', file)).code, 0);
    const device = await practice('--replay', file);
    assert.equal((await provision(other, device.port, 'nrf91', 'MODEM')).outcome, 'FAIL');
  });

  test('what is not there, and what is no transcript, is refused', async () => {
    const [one = ''] = stations;
    for (const [unit, attempt, code] of [
      ['NOBODY', '1', 'unit.notFound'],
      ['DEAD', '7', 'unit.noTranscript'],
    ] as const) {
      const { code: exit, out } = await transcript(one, unit, '--attempt', attempt, '--json');
      assert.equal(JSON.parse(out).error.code, code);
      assert.equal(exit, 1);
    }
    const file = join(folder, 'none.jsonl');
    for (const text of ['', '{"format":"birthmark-transcript","version":2}\n', '{}\n']) {
      await writeFile(file, text);
      const { code, err } = await run('practice', 'device', '--replay', file);
      assert.equal(code, 2);
      assert.match(err, /no transcript, or one of a newer version/);
    }
  });
});
