/** How much of a sign has to be heard before a line is called wrong: a case on each side of every border. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DriverName, driverNamed } from '../../app/device/drivers/index.ts';
import { listen } from '../../app/device/hearing.ts';
import { type Line, troubleOf } from '../../app/device/signs.ts';
import { createSilentLine } from './silentline.ts';

const lineOf = (came: string, over: Partial<Line> & { name?: DriverName } = {}): Line => {
  const { name = 'agent', ...rest } = over;
  return { came, sent: '', unanswered: '', driver: driverNamed(name), understood: false, ...rest };
};
const sign = (came: string, over?: Parameters<typeof lineOf>[1]) => {
  const data = troubleOf(lineOf(came, over))?.data as { sign?: string } | undefined;
  return data?.sign;
};
/** Text that has no sign of its own. */
const quiet = 'hello';

test('nothing at all is silence, and a word is none', () => {
  assert.equal(sign(''), 'silence');
  assert.equal(sign(quiet), undefined);
});

test('noise: sixteen bytes at least, and more than a fifth of them no text', () => {
  const bad = (count: number, of: number) => '\x01'.repeat(count) + 'a'.repeat(of - count);
  assert.equal(sign(bad(4, 16)), 'noise');
  assert.equal(sign(bad(4, 15)), undefined);
  assert.equal(sign(bad(4, 20)), undefined, 'a fifth');
  assert.equal(sign(bad(5, 24)), 'noise');
  // Two bytes that are one character in UTF-8 are text, and so are colours and line ends.
  assert.equal(sign(Buffer.from('ü'.repeat(20)).toString('latin1')), undefined);
  assert.equal(sign('\x1b[1m\r\n\t\x07\x08\x7f\x03'.repeat(2)), undefined);
});

test('a loopback: sixteen characters at least, and nothing that was not sent', () => {
  const sent = 'AT+CGSN\r\nat AT+CGSN\r\nhello\r\n';
  assert.equal(sign('AT+CGSN\r\nat AT+CGS', { sent }), 'loopback');
  assert.equal(sign('AT+CGSN\r\nat AT+CG', { sent }), undefined, 'fifteen');
  assert.equal(sign('AT+CGSN\r\nno AT+CGS', { sent }), undefined, 'a word of its own');
});

test('another program: a question of its own, two bare ones, or three answers more than there were lines', () => {
  const other = { name: 'nrf91', understood: true } as const;
  assert.equal(sign('AT\r\n', other), undefined);
  assert.equal(sign('AT\r\nAT\r\n', other), 'otherProgram');
  assert.equal(sign('shell$ AT\r\nATI3\r\n', other), 'otherProgram');
  assert.equal(sign('AT+GCAP\r\n', other), 'otherProgram');
  assert.equal(sign('AT+GCAP\r\n', { ...other, sent: 'AT+GCAP\r\n' }), undefined, 'the echo of our own');
  assert.equal(sign('AT+GCAP\r\nAT+GCAP\r\n', { ...other, sent: 'AT+GCAP\r\n' }), 'otherProgram');
  const sent = 'AT\r\nAT\rAT\n';
  assert.equal(sign('OK\r\n'.repeat(5), { ...other, sent }), undefined);
  assert.equal(sign('OK\r\n'.repeat(6), { ...other, sent }), 'otherProgram');
});

test('a chip that started: once, or so many times; a download is not that', () => {
  const start = 'ESP-ROM:esp32c3-api1-20210207\r\n';
  const detail = (came: string) => troubleOf(lineOf(came))?.detail ?? '';
  assert.equal(sign(start), 'boot');
  assert.match(detail(start), /^the chip started when the port was opened and did/);
  assert.match(detail(start.repeat(2)), /^the chip started 2 times/);
  assert.match(detail('Starting bootloader\r\n'), /^the chip started when/);
  assert.equal(sign(`${start}waiting for download\r\n`), 'download');
});

test('a console that only logs: three lines, or more than a thousand characters', () => {
  assert.equal(sign('one\r\ntwo\r\n'), undefined);
  assert.equal(sign('one\r\ntwo\r\nthree\r\n'), 'logs');
  assert.equal(sign('x'.repeat(1000)), undefined);
  assert.equal(sign('x'.repeat(1001)), 'logs');
});

describe('an open quote', () => {
  const unanswered = 'AT%CMNG=0,7,1,"-----BEGIN CERT\r\n" AT+CGSN\r\nAT+CGSN\r\n';
  const stuck = { name: 'nrf91', understood: true, unanswered } as const;

  test('is known after two questions behind it that nobody answered', () => {
    assert.equal(sign(quiet, stuck), 'openQuote');
    assert.equal(sign(quiet, { ...stuck, unanswered: unanswered.replace('AT+CGSN\r\n', '') }), undefined);
    assert.equal(sign(quiet, { ...stuck, unanswered: unanswered.replaceAll('"', '') }), undefined);
  });

  test('is one of a modem that was understood, and of no other device', () => {
    assert.equal(sign(quiet, { ...stuck, name: 'agent' }), undefined);
    assert.equal(sign(quiet, { ...stuck, understood: false }), undefined);
  });
});

describe('firmware that nobody asked for', () => {
  const found = (came: string, name: DriverName = 'agent') => {
    const trouble = troubleOf(lineOf(came, { name }));
    return trouble?.code === 'link.wrongFirmware' ? (trouble.data as { found: string }).found : undefined;
  };

  test('is named by its words, or by the maker in them', () => {
    for (const [came, name] of [
      ['FreeRTOS command server.', 'Renesas FreeRTOS'],
      ['Manufacturer: QUECTEL', 'QUECTEL'],
      ['Command not recognised.  Enter', 'FreeRTOS-Plus-CLI'],
      ['cred: command not found', 'Zephyr'],
      ['Unrecognized command', 'ESP-IDF'],
      ['board login: ', 'Linux'],
      ["Unknown command 'AT'", 'U-Boot'],
    ] as const)
      assert.equal(found(`${came}\r\n`), name);
  });

  test('of the driver of the slot is no stranger, and keeps its signs of before it was understood', () => {
    assert.equal(found('cred: command not found\r\n', 'zephyr'), undefined);
    assert.equal(found('cred: command not found\r\n', 'freertos'), 'Zephyr');
    const late = troubleOf(lineOf('board login: \r\n', { understood: true }));
    assert.equal(late, undefined, 'a device that was understood is none');
  });
});

test('of two signs the one is told whose next act helps with both', () => {
  const modem = { name: 'nrf91', understood: true } as const;
  const unanswered = 'AT%CMNG=0,7,1,"x" AT+CGSN\r\nAT+CGSN\r\n';
  assert.equal(sign('waiting for download\r\nAT\r\nAT\r\n'), 'download');
  assert.equal(sign('AT\r\nAT\r\n', { ...modem, unanswered }), 'otherProgram');
  assert.equal(sign('\x01'.repeat(16), { sent: '\x01'.repeat(16) }), 'noise');
  assert.equal(sign('U-Boot 2024.01 and more', { sent: 'U-Boot 2024.01 and more' }), 'loopback');
  assert.equal(sign('U-Boot 2024.01\r\nboard login: '), 'boot');
  assert.equal(sign('board login: \r\n\x1b[0m a\r\nb'), 'firmware');
});

test('of two firmwares in one log the more exact is named', () => {
  const named = [
    ['in Data Flash', 'Renesas FreeRTOS'],
    ['Quectel', 'Quectel'],
    ['Command not recognised. Enter', 'FreeRTOS-Plus-CLI'],
    ['x: command not found', 'Zephyr'],
    ['Unrecognized command', 'ESP-IDF'],
    ['-sh: x: not found', 'Linux'],
    ["Unknown command 'x'", 'U-Boot'],
  ] as const;
  for (const [at, [words, name]] of named.entries()) {
    const next = named[at + 1]?.[0] ?? '';
    const { data } = troubleOf(lineOf(`${next}\r\n${words}\r\n`)) ?? {};
    assert.equal(data?.found, name);
  }
});

test('only what no question could change is told while the device may still be asked', () => {
  const sure = (came: string, over?: Parameters<typeof lineOf>[1]) =>
    (troubleOf(lineOf(came, over), 'sure')?.data as { sign?: string } | undefined)?.sign;
  assert.equal(sure('waiting for download'), 'download');
  assert.equal(sure('\x01'.repeat(16)), 'noise');
  for (const came of ['', 'AT\r\nAT\r\n', 'ESP-ROM:x\r\n', 'board login: \r\n', 'one\r\ntwo\r\nthree\r\n'])
    assert.equal(sure(came), undefined, came);
});

test('a silent board without RTS and CTS, and a silent modem, have their own next act', () => {
  const detail = (name: DriverName) => troubleOf(lineOf('', { name }))?.detail ?? '';
  assert.match(detail('nrf91'), /RTS\/CTS; an AT host/);
  assert.doesNotMatch(detail('agent'), /RTS|AT host/);
});

describe('what is heard on a line', () => {
  const bytes = (count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => String.fromCharCode(32 + ((from + at) % 90))).join('');

  test('is its first and its last 8 KiB', () => {
    const { channel, clock, say } = createSilentLine();
    const ear = listen(channel, clock);
    const all = bytes(16_384);
    say(all);
    assert.equal(ear.heard().came, all);
    say('!');
    assert.equal(ear.heard().came, `${all.slice(0, 8192)}${all.slice(8193)}!`);
  });

  test('and what was said since the last byte came; after the end nothing', async () => {
    const { channel, clock, say, left } = createSilentLine();
    const ear = listen(channel, clock);
    const send = (text: string) => ear.channel.write(Buffer.from(text));
    const wait = () => new Promise<void>((resolve) => void clock.after(10, resolve));
    assert.deepEqual(ear.heard(), { came: '', sent: '', unanswered: '' });
    await send('one');
    assert.deepEqual(ear.heard(), { came: '', sent: 'one', unanswered: 'one' });
    await wait();
    say('1');
    await wait();
    assert.deepEqual(ear.heard(), { came: '1', sent: 'one', unanswered: '' });
    await send('two');
    await wait();
    await send('three');
    assert.deepEqual(ear.heard(), { came: '1', sent: 'onetwothree', unanswered: 'twothree' });
    ear.stop();
    say('2');
    assert.equal(ear.heard().came, '1');
    assert.equal(left().data, 0);
  });
});
