/** Why a port cannot be opened, in words a person can act on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StationError } from '../../../app/contract/errors.ts';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { createSerialPorts, type SerialOptions, serialPorts } from '../../../native/serial.ts';
import { needTools } from '../../ca/support.ts';
import { folderFor } from '../../device/support.ts';
import { agentFolder, makeAgent, startAgent, whyNoAgent } from '../agent/support.ts';
import { until } from './support.ts';

const line = agentDriver.line;

async function refusal(options: SerialOptions, path: string): Promise<StationError> {
  try {
    await (await createSerialPorts({ platform: 'linux', ...options }).open(path, line)).close();
  } catch (thrown) {
    if (thrown instanceof StationError) return thrown;
    throw thrown;
  }
  throw new Error('it was opened');
}

/** A /proc and an /etc of our own. */
function makeMachine(t: TestContext, running: Record<number, string> = {}, groups = '') {
  const folder = folderFor(t);
  const [proc, etc, rules, dev] = ['proc', 'etc', 'rules', 'dev'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [proc, etc, rules, dev]) mkdirSync(each);
  writeFileSync(join(etc, 'group'), groups);
  for (const [pid, name] of Object.entries(running)) {
    mkdirSync(join(proc, pid, 'fd'), { recursive: true });
    writeFileSync(join(proc, pid, 'comm'), `${name}\n`);
  }
  return { proc, etc, dev, rules: [rules] };
}

test('what is no port says so', async (t) => {
  const file = join(folderFor(t), 'file');
  writeFileSync(file, '');
  const error = await refusal({}, file);
  assert.deepEqual([error.code, error.data?.reason], ['link.openFailed', 'notAPort']);
});

test('programs that take ports are troubles, with a remedy; ModemManager only until our rules keep it away', async (t) => {
  const machine = makeMachine(t, { 12: 'bash', 731: 'ModemManager', 800: 'brltty' });
  const ports = createSerialPorts({ platform: 'linux', ...machine });
  const found = await ports.troubles();
  assert.deepEqual(
    found.map(({ name }) => name),
    ['ModemManager', 'brltty'],
  );
  assert.match(found[0]?.detail ?? '', /process 731/);
  assert.match(found[0]?.remedy ?? '', /60-birthmark\.rules.*systemctl disable --now ModemManager/);
  writeFileSync(join(machine.rules[0]!, '60-birthmark.rules'), '');
  assert.deepEqual(
    (await ports.troubles()).map(({ name }) => name),
    ['brltty'],
  );
  const { troubles: elsewhere } = createSerialPorts({ platform: 'darwin', ...machine });
  assert.deepEqual(await elsewhere(), []);
});

test('ports that this user may not open are one trouble, with all of them', async (t) => {
  const machine = makeMachine(t);
  for (const name of ['ttyUSB0', 'ttyACM3', 'ttyS0']) writeFileSync(join(machine.dev, name), '');
  const gid = statSync(join(machine.dev, 'ttyUSB0')).gid;
  writeFileSync(join(machine.etc, 'group'), `root:x:0:\nline:x:${gid}:\n`);
  const ports = createSerialPorts({ platform: 'linux', ...machine, mayUse: async () => false });
  const [trouble, ...more] = await ports.troubles();
  assert.deepEqual([trouble?.name, more], ['portPermission', []]);
  assert.match(trouble?.detail ?? '', /ttyACM3: .*ttyUSB0: /);
  assert.doesNotMatch(trouble?.detail ?? '', /ttyS0/, 'not a USB port');
  assert.deepEqual(await createSerialPorts({ platform: 'linux', ...machine }).troubles(), []);
});

const missing = whyNoAgent();
if (missing) {
  test('a port that is there and cannot be opened', (t) => t.skip(missing));
} else {
  makeAgent();
  const portOf = async (t: TestContext) => {
    const agent = await startAgent(join(agentFolder, 'build/agent'), ['--state', join(folderFor(t), 'state')]);
    t.after(() => agent.stop());
    return agent.path;
  };

  /** The mode bits, read as for a user who is neither owner nor in the group, because the system opens everything to root. */
  const asStranger = async (_: string, { mode }: { mode: number }) => (mode & 0o006) === 0o006;

  test('no right to it: the group, and the command that puts the user there', async (t) => {
    const path = await portOf(t);
    if (process.getuid?.() === 0) chownSync(path, 0, 20);
    const { gid } = statSync(path);
    const groups = `root:x:0:\ndialout:x:${gid}:erin,ola\n`;
    const machine = { ...makeMachine(t, {}, groups), mayUse: asStranger, groups: [gid + 1] };
    // Held open, so that opening it fails for root, too.
    const held = await serialPorts.open(path, line);
    t.after(() => held.close());
    for (const [mode, user, remedy] of [
      [0o660, 'max', /sudo usermod -aG dialout max, then sign out/],
      [0o660, 'ola', /ola was put into dialout after signing in: sign out/],
      [0o600, 'max', /sudo cp 60-birthmark\.rules/],
    ] as const) {
      chmodSync(path, mode);
      const { code, detail, data } = await refusal({ ...machine, user }, path);
      assert.deepEqual([code, data?.reason, data?.group], ['link.openFailed', 'permission', 'dialout']);
      assert.match(String(data?.remedy), remedy);
      assert.match(detail, new RegExp(`user ${user} may not open it.*${remedy.source}`));
    }
    chmodSync(path, 0o666);
    assert.equal((await refusal({ ...machine, proc: '/proc' }, path)).data?.reason, 'busy');
    if (process.getuid?.() === 0) return;
    chmodSync(path, 0o000);
    assert.equal((await refusal({}, path)).data?.reason, 'permission', 'by the system itself');
  });

  test('another program has it: its name, by its lock or by its open file, and whether it is ModemManager', async (t) => {
    if (!needTools(t, 'flock')) return;
    const path = await portOf(t);
    const holder = spawn('flock', ['--no-fork', path, 'sleep', '60'], { stdio: 'ignore' });
    t.after(async () => {
      holder.kill();
      await once(holder, 'exit');
    });
    // It takes the lock, and then becomes the other program.
    await until('sleep', () => readFileSync(`/proc/${holder.pid}/comm`, 'utf8') === 'sleep\n');
    const found = await refusal({}, path);
    assert.deepEqual(
      [found.code, found.data?.reason, found.data?.pid, found.data?.process],
      ['link.openFailed', 'busy', holder.pid, 'sleep'],
    );
    assert.match(found.detail, /sleep \(process \d+\) has it open; close sleep/);

    // Where its open files cannot be seen, as those of another user.
    const theirs = makeMachine(t, { [holder.pid!]: 'minicom' });
    writeFileSync(join(theirs.proc, 'locks'), readFileSync('/proc/locks'));
    assert.deepEqual((await refusal(theirs, path)).data?.process, 'minicom');

    const machine = makeMachine(t, { 7: 'minicom', 731: 'ModemManager' });
    symlinkSync(path, join(machine.proc, '731/fd/9'));
    const modem = await refusal(machine, path);
    assert.deepEqual([modem.data?.reason, modem.data?.process, modem.data?.pid], ['busy', 'ModemManager', 731]);
    assert.match(String(modem.data?.remedy), /60-birthmark\.rules/);
  });

  test('the station itself has it, in another slot', async (t) => {
    const path = await portOf(t);
    const channel = await serialPorts.open(path, line);
    t.after(() => channel.close());
    const { detail, data } = await refusal({}, path);
    assert.deepEqual([data?.reason, data?.pid], ['busy', process.pid]);
    assert.match(detail, /this station itself has it open, in another slot; give each slot a port of its own/);
    // Where neither lock nor open file shows who it is, nothing is made up.
    const { data: unknown } = await refusal(makeMachine(t), path);
    assert.equal(unknown?.reason, 'unknown');
  });
}
