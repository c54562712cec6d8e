/** How a Zephyr shell is spoken with: when its prompt is asked for, what is a flood, and what a word that it refuses means. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { openTalk } from '../../app/device/drivers/zephyr/talk.ts';
import { paced } from '../../app/device/pace.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

const prompt = 'uart:~$ ';

/** A shell that answers a whole command, the first, second… time that it comes, and echoes it. */
function shellOf(answer: (command: string, time: number) => string) {
  const commands: string[] = [];
  let understood = 0;
  const silent = createSilentLine((text) => {
    if (text === '\x03') {
      commands.push('^C');
      return `\r\n${prompt}`;
    }
    const command = text.replace(/\r$/, '');
    commands.push(command);
    const said = answer(command, commands.filter((each) => each === command).length);
    return said === '' ? '' : `${command}\r\n${said}${prompt}`;
  });
  const line = { ...zephyrDriver.line, pieceBytes: 65_536 };
  const onUnderstood = () => {
    understood += 1;
  };
  const options = { clock: silent.clock, line, onUnderstood };
  const talk = openTalk(paced(silent.channel, line, silent.clock), options);
  return { ...silent, talk, commands, understood: () => understood };
}

test('the prompt is asked for before the first command, after a silence and where it is in doubt, and not otherwise', async () => {
  const { talk, commands, understood } = shellOf((command, time) =>
    command === 'two' && time === 1 ? '' : `done ${command}\r\n`,
  );
  const say = (text: string) => talk.say(text, /^done/);
  assert.deepEqual(await say('one'), { lines: [], end: 'done one' });
  assert.deepEqual(commands, ['^C', 'one']);
  assert.equal(understood(), 1);
  await say('one');
  assert.deepEqual(commands.splice(0), ['^C', 'one', 'one']);
  await say('two');
  assert.deepEqual(commands.splice(0), ['two', '^C', 'two']);
  await say('one');
  talk.doubt();
  await say('one');
  assert.deepEqual(commands, ['one', '^C', 'one']);
});

test('more than 32 KiB in answer to one command with all its repetitions is a flood, and so much is a silence', async () => {
  const line = `${'z'.repeat(1022)}\r\n`;
  const command = 'cred list';
  for (const [bytes, code] of [
    [32_768, 'link.timeout'],
    [32_769, 'link.flooded'],
  ] as const) {
    // What the shell says to Ctrl-C counts as well.
    const others = 2 * `\r\n${prompt}`.length;
    const { clock, channel } = createSilentLine((text) => (text === '\x03' ? `\r\n${prompt}` : ''));
    let left = bytes - others;
    const noisy = {
      ...channel,
      onData: (listener: (data: Uint8Array) => void) => {
        const again = () => {
          const part = Math.min(left, line.length);
          left -= part;
          if (part > 0) listener(Buffer.from(line.slice(-part)));
          if (left > 0) clock.after(30, again);
        };
        clock.after(400, again);
        return channel.onData(listener);
      },
    };
    const own = { ...zephyrDriver.line, pieceBytes: 65_536 };
    const talk = openTalk(paced(noisy, own, clock), { clock, line: own });
    await assert.rejects(talk.say(command, /found/, { times: 2, limitMs: 1500 }), isError(code), String(bytes));
    assert.equal(left, 0);
  }
});

test('a word that is refused once came damaged; refused twice alike, it is not known', async () => {
  const refusal = 'x is not a valid credential type.\r\n';
  const once = shellOf((_, time) => (time === 1 ? refusal : 'done\r\n'));
  assert.equal((await once.talk.say('cred add 7 X', /^done/)).end, 'done');
  assert.deepEqual(once.commands, ['^C', 'cred add 7 X', '^C', 'cred add 7 X']);
  const never = shellOf(() => refusal);
  await assert.rejects(never.talk.say('cred add 7 X', /^done/), (error: unknown) => {
    assert.ok(isError('device.incompatible')(error));
    assert.deepEqual((error as { data?: unknown }).data, { reason: 'word' });
    return true;
  });
  assert.equal(never.commands.filter((each) => each !== '^C').length, 2);
  const two = shellOf((_, time) => (time <= 2 ? `${'ab'[time - 1]} is not a valid backend.\r\n` : 'done\r\n'));
  assert.equal((await two.talk.say('cred add 7 X', /^done/)).end, 'done', 'two different words were damaged');
});

test('raw input has no line end and no echo, and its answer is the first that fits', async () => {
  const { clock, channel, written } = createSilentLine((text) =>
    text === '\x03' ? `\r\n${prompt}` : text.endsWith('\x03') ? 'Stored 4 bytes.\r\n' : '',
  );
  const line = { ...zephyrDriver.line, pieceBytes: 65_536 };
  const talk = openTalk(paced(channel, line, clock), { clock, line });
  const { end } = await talk.say('QUJD\x03', /^Stored/, { raw: true });
  assert.equal(end, 'Stored 4 bytes.');
  assert.deepEqual(written, ['\x03', 'QUJD\x03']);
});
