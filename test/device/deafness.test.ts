/**
 * Consoles that print something and lose what comes right after Ctrl-C or a line end: they are recognised.
 * And what each driver asks to find out whether a device is its own.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LineChoice, lineOf } from '../../app/contract/model.ts';
import { converseWith } from '../../app/device/conversation.ts';
import type { DriverSettings } from '../../app/device/driver.ts';
import { encodeFrame } from '../../app/device/drivers/agent/frame.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { driverNamed, driverNames, drivers } from '../../app/device/drivers/index.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { recognise } from '../../app/device/recognise.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

const deafMs = 40;

/** Takes lines; after one that `disturbs` it, it prints something and hears nothing for a while. */
function deafConsole(disturbs: RegExp, answer: (line: string) => string) {
  let deafUntilMs = 0;
  let held = '';
  return createSilentLine((text, nowMs) => {
    if (nowMs < deafUntilMs) return '';
    let said = '';
    for (const char of text) {
      held += char;
      if (disturbs.test(held)) {
        deafUntilMs = nowMs + deafMs;
        held = '';
        return `${said}^C\r\nready\r\n> `;
      }
      if (!/[\r\n]/.test(char)) continue;
      said += held.trim() === '' ? '' : answer(held.trim());
      held = '';
    }
    return said;
  });
}

describe('a console that is deaf after Ctrl-C', () => {
  test('of Zephyr is recognised', async () => {
    const { channel, clock } = deafConsole(/\x03/, (line) =>
      line === 'nrf_cloud_cred' ? 'nrf_cloud_cred - commands\r\n' : `${line}: command not found\r\n`,
    );
    assert.equal(await zephyrDriver.recognise(channel, { clock }), true);
  });

  test('of FreeRTOS is recognised, also when an open import swallows the first line that it hears', async () => {
    let swallowed = false;
    const { channel, clock } = deafConsole(/\x03/, (line) => {
      if (!swallowed) {
        swallowed = true;
        return '';
      }
      return line === 'conf get thing_name' ? 'thing_name="x"\r\n' : '';
    });
    assert.equal(await freertosDriver.recognise(channel, { clock }), true);
  });
});

test('a modem that is deaf after a bad command is found in a slot of another driver, whose half line is ended first', async () => {
  const answers: Record<string, string> = { 'AT+CGSN': '352656100367872', 'AT+CGMI': 'Nordic Semiconductor ASA' };
  // Whatever the other driver typed without a line end is a bad command together with the line end.
  const silent = deafConsole(/^(?!\r|\n|AT).*[\r\n]/, (line) =>
    answers[line] ? `${answers[line]}\r\nOK\r\n` : 'ERROR\r\n',
  );
  const { clock, channel } = silent;
  const device = converseWith(freertosDriver, channel, { clock }, [nrf91Driver]);
  await assert.rejects(device.identify(), (error: unknown) => {
    assert.ok(isError('link.wrongFirmware')(error), String(error));
    return true;
  });
  await device.close();
});

describe('a modem', () => {
  /** The modem itself, or behind a shell with the command `at`; what it says of its maker and its model. */
  const modem = (shell: boolean, maker = 'Nordic Semiconductor ASA', model = 'nRF9161-LACA') => {
    const answers: Record<string, string> = { 'AT+CGSN': '490154203237518', 'AT+CGMI': maker, 'AT+CGMM': model };
    return createSilentLine((text) => {
      const line = text.trim();
      const command = !shell ? line : line.startsWith('at ') ? line.slice(3) : undefined;
      if (command === undefined) return `${line}: command not found\r\nuart:~$ `;
      const said = answers[command];
      return said === undefined ? 'ERROR\r\n' : `${said}\r\nOK\r\n${shell ? 'uart:~$ ' : ''}`;
    });
  };
  const finds = ({ channel, clock }: ReturnType<typeof modem>, settings: DriverSettings = {}) =>
    nrf91Driver.recognise(channel, { clock, settings });

  test('is recognised as its slot says that it is wrapped, and in either way where the slot does not say', async () => {
    for (const [shell, given, found] of [
      [false, 'raw', true],
      [false, 'at', false],
      [false, 'auto', true],
      [true, 'raw', false],
      [true, 'at', true],
      [true, 'auto', true],
    ] as const) {
      const line = modem(shell);
      assert.equal(await finds(line, { shell: given }), found, `${shell} ${given}`);
      if (given === 'raw') assert.ok(line.written.every((text) => !text.startsWith('at ')));
      if (given === 'at') assert.ok(line.written.every((text) => text.startsWith('at ')));
    }
  });

  test('is of Nordic by its maker or by its model, and not without an IMEI', async () => {
    assert.equal(await finds(modem(false, 'Nordic Semiconductor ASA', 'X')), true);
    assert.equal(await finds(modem(true, 'Someone', 'nRF9151-LACA')), true);
    assert.equal(await finds(modem(false, 'Someone', 'X-nRF91')), false);
    const without = createSilentLine((text) => (text.includes('CGSN') ? 'OK\r\n' : 'Nordic\r\nOK\r\n'));
    assert.equal(await finds(without), false);
    const before = createSilentLine(() => 'OK\r\n352656100367872\r\n');
    assert.equal(await finds(before), false, 'the OK comes last');
  });

  test('is asked with the line end of its line', async () => {
    for (const [terminator, end] of [
      ['cr', '\r'],
      ['lf', '\n'],
      ['crlf', '\r\n'],
      ['nul', '\0'],
    ] as const) {
      const { channel, clock, written } = createSilentLine();
      await nrf91Driver.recognise(channel, { clock, line: { ...nrf91Driver.line, terminator } });
      assert.deepEqual(written, [`AT+CGSN${end}`, `at AT+CGSN${end}`]);
    }
  });
});

test('an agent answers to the question that was asked, and to no other', async () => {
  const said = async (answer: string) => {
    const { channel, clock } = createSilentLine(() => answer);
    return agentDriver.recognise(channel, { clock });
  };
  const frame = (seq: number, body: string) => encodeFrame('<', { seq, body });
  assert.equal(await said(frame(1, 'ok proto=1')), true);
  assert.equal(await said(`boot\n${frame(2, 'ok proto=1')}${frame(1, 'ok proto=2')}`), true);
  for (const wrong of [
    frame(2, 'ok proto=1'),
    frame(0, 'ok proto=1'),
    frame(1, 'err command'),
    frame(1, 'ok'),
    frame(1, 'ok proto=1').replace('proto=1', 'proto=2'),
    'ok proto=1\n',
  ])
    assert.equal(await said(wrong), false, wrong);
});

describe('a device that nobody knows', () => {
  const candidates = (place: LineChoice) =>
    Object.values(drivers).map((driver) => ({ driver, line: lineOf(driver, { recipe: {}, place }) }));

  test('is asked twice by each driver, and found where it answers only then', async () => {
    const hello = /^>0001 hello/;
    const silent = createSilentLine();
    const unknown = await recognise(async () => silent.channel, candidates({ flowControl: 'none' }), {
      clock: silent.clock,
    });
    const times = (pattern: RegExp) => silent.written.filter((text) => pattern.test(text)).length;
    assert.equal(unknown, 'unknown');
    assert.deepEqual([hello, /^AT\+CGSN/, /^at AT\+CGSN/, /^nrf_cloud_cred/].map(times), [2, 2, 2, 2]);
    assert.equal(times(/^conf get thing_name/), 4);
    let asked = 0;
    const late = createSilentLine((text) => {
      if (!text.startsWith('nrf_cloud_cred')) return '';
      asked += 1;
      return asked === 2 ? 'nrf_cloud_cred - commands\r\n' : '';
    });
    const found = await recognise(async () => late.channel, candidates({ flowControl: 'none' }), {
      clock: late.clock,
    });
    assert.ok(found !== 'unknown' && found.name === 'zephyr');
  });

  test('has its port closed before it is opened with another line', async () => {
    let open = 0;
    const clock = createSilentLine().clock;
    const plug = async () => {
      assert.equal(open, 0, 'one opening at a time');
      open += 1;
      const { channel } = createSilentLine();
      const close = async () => {
        await new Promise<void>((resolve) => void clock.after(5, resolve));
        open -= 1;
      };
      return { ...channel, close };
    };
    await recognise(plug, candidates({}), { clock });
    assert.equal(open, 0);
  });
});

test('a question takes a second at most at the usual speed, whoever asks', async () => {
  for (const name of driverNames) {
    const { channel, clock } = createSilentLine();
    assert.equal(await driverNamed(name).recognise(channel, { clock }), false);
    assert.ok(clock.monotonicMs() <= 1000, `${name}: ${clock.monotonicMs()} ms`);
  }
});
