/** docs/first-connection.md says what is so: its script runs, its commands exist, its sequences have the topics there are. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { outages } from '../../app/practice/aws/faults.ts';
import { isFleetTopic } from '../../app/practice/aws/gateway/fleet.ts';
import { createProgram } from '../../main/cli/program.ts';
import { removeAtEnd } from '../folders.ts';
import { needsAwsCli } from './awscli.ts';
import { practice } from './support.ts';

const page = await readFile(new URL('../../docs/first-connection.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^birthmark (.+)$/gm)].map(([, line = '']) => line);

test('every command of the page is one of the program, with its options', () => {
  assert.ok(commands.length >= 8);
  for (const line of commands) {
    const words = line.split(' ');
    let command: Command = createProgram();
    for (let next = found(command, words[0]); next; next = found(command, words[0])) {
      command = next;
      words.shift();
    }
    const flags = words.filter((word) => word.startsWith('--'));
    const known = command.options.map(({ long }) => long);
    assert.deepEqual(
      flags.filter((flag) => !known.includes(flag)),
      [],
      line,
    );
    assert.notEqual(command.name(), 'birthmark', line);
    if (line.startsWith('practice aws outage')) assert.ok(['none', ...outages].includes(words[0] ?? ''), line);
  }
});

const found = (command: Command, word: string | undefined) => command.commands.find((one) => one.name() === word);

test('the topics of its sequences are those that AWS answers', () => {
  const topics = [...page.matchAll(/(\$aws\/[^\s,]+)\/accepted/g)].map(([, topic = '']) => topic);
  assert.equal(topics.length, 2);
  for (const topic of topics) assert.ok(isFleetTopic(topic), topic);
});

test('its script provisions a device just in time, by openssl, aws-cli and mosquitto', async (t) => {
  if (!needsAwsCli(t)) return;
  if (!existsSync('/usr/bin/mosquitto_pub')) return t.skip('NO MOSQUITTO_PUB: THE SCRIPT OF THE PAGE WAS NOT RUN');
  const aws = await practice(t, { anyClient: true, gateway: { port: 0 } });
  const script = /^```sh\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  const cwd = await mkdtemp(join(tmpdir(), 'birthmark-page-'));
  removeAtEnd(cwd);
  const env = {
    ...{ PATH: `/usr/bin:${process.env.PATH}`, HOME: cwd, AWS_PAGER: '' },
    ...{ ENDPOINT: aws.endpoint, ROOT: aws.gateway?.rootCaPem, PORT: String(aws.gateway?.port) },
  };
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', script], { cwd, env });
  assert.match(stdout, /dropped, as it should be\nin\n[\s\S]*"thingName": "SN-1"/);
});
