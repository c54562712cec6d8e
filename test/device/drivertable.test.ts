/** What docs/drivers.md says of each driver is what the driver declares, and a setting is taken up to its borders. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Driver } from '../../app/device/driver.ts';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { answersTo } from '../../app/device/portname.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

const docs = readFileSync(new URL('../../docs/drivers.md', import.meta.url), 'utf8');
const [, table = ''] = /^(\| \| agent .*?)\n\n/ms.exec(docs) ?? [];
const rows = table.split('\n').map((row) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim()),
);
const [head = []] = rows;
const cellOf = (row: string, name: string) => rows.find(([title]) => title === row)?.[head.indexOf(name)];

const ends = { cr: 'CR', lf: 'LF', crlf: 'CR LF', nul: 'NUL' };
const flows = { none: 'no flow control', rtscts: 'RTS/CTS', xonxoff: 'XON/XOFF' };
const words: Record<string, string> = { '*': 'any', endpoint: 'endpoint', thingName: 'thing name' };
const yes = (has: boolean) => (has ? /^yes/ : /^no$/);

/** How the cell of each row begins. */
const expected: Record<string, (driver: Driver) => string | RegExp> = {
  'usual line': ({ line }) => `${line.baud}, ${flows[line.flowControl]}, ${ends[line.terminator]}`,
  'usual pace': ({ line }) => new RegExp(`^${line.pieceBytes} bytes, ${line.gapMs} ms(,|$)`),
  'other line ends': ({ line, terminators }) =>
    terminators
      .filter((each) => each !== line.terminator)
      .map((each) => ends[each])
      .join(', ') || 'none',
  'asked twice for a key': ({ traits }) =>
    ({ safe: /keeps the first/, refuses: /^refuses/, overwrites: /overwrites/ })[traits.keyGeneration],
  CSR: ({ traits }) => (traits.csrRead === 'once' ? /^once/ : /^at any time$/),
  "issuing CA's certificate": ({ traits }) =>
    ({ separate: /^stored beside/, withCertificate: /same item/, none: /^no place/ })[traits.chain],
  'longest unit serial': ({ traits }) => `${traits.longestSerial}`,
  'longest certificate item': ({ traits }) => new RegExp(`^${traits.maxItemBytes} (bytes|characters)`),
  'config (endpoint, …)': ({ traits }) => traits.config.map((name) => words[name]).join(', ') || 'none',
  'verified by': ({ traits }) => (traits.readBack === 'digest' ? /^SHA-256/ : /itself$/),
  'proof that it holds the key': ({ traits }) =>
    ({ nonce: /^signature over/, csr: /^the CSR/, freshCsr: /^a freshly signed CSR/, publicKey: /^the public key/ })[
      traits.proof
    ],
  seals: ({ traits }) => yes(traits.seals),
  'takes a [claim](claims.md)': ({ traits }) => yes(traits.takesClaim),
  'connects when asked': ({ traits }) => yes(traits.callsHome),
  'uses its claim when asked': ({ traits }) => yes(traits.provisions),
};

for (const name of driverNames)
  describe(name, () => {
    const driver = driverNamed(name);

    test('is in the docs as it declares itself', () => {
      for (const [row, wanted] of Object.entries(expected)) {
        const cell = cellOf(row, name);
        const begin = wanted(driver);
        assert.ok(cell !== undefined, `no row "${row}"`);
        if (typeof begin === 'string') assert.equal(cell, begin, row);
        else assert.match(cell, begin, row);
      }
    });

    test('takes each setting up to its borders, and nothing beyond', () => {
      const connect = (key: string, value: string | number) => {
        const { channel, clock } = createSilentLine();
        return () => driver.connect(channel, { clock, settings: { [key]: value } });
      };
      for (const [key, setting] of Object.entries(driver.settings)) {
        const { good, bad } = {
          number: () => {
            const { least, most } = setting as { least: number; most: number };
            return { good: [least, most], bad: [least - 1, most + 1, least + 0.5, `${least}`] };
          },
          text: () => {
            const { longest } = setting as { longest: number };
            return { good: ['x', 'x'.repeat(longest)], bad: ['x'.repeat(longest + 1), 7] };
          },
          choice: () => ({ good: [...(setting as { choices: readonly string[] }).choices], bad: ['none of them', 7] }),
        }[setting.kind]();
        for (const value of good) assert.doesNotThrow(connect(key, value), `${key} ${value}`);
        for (const value of bad) assert.throws(connect(key, value), isError('call.badParams'), `${key} ${value}`);
      }
    });

    test('does what it declares: a seal, a claim and a connection are there, or are refused without a word to the device', async () => {
      const { channel, clock, written } = createSilentLine();
      const device = driver.connect(channel, { clock });
      const { callsHome, provisions, takesClaim, seals } = driver.traits;
      const place = { host: 'a.example', port: 8883, clientId: 'U-1' };
      const refusedAct = async (act: Promise<unknown>, code: 'device.noNetwork' | 'device.incompatible') => {
        await assert.rejects(act, isError(code));
        assert.deepEqual(written, []);
      };
      if (!callsHome)
        await refusedAct(
          device.callHome({ ...place, topic: 't' }, () => {}),
          'device.noNetwork',
        );
      if (!provisions)
        await refusedAct(
          device.provision(place, () => {}),
          'device.noNetwork',
        );
      const claim = {
        certificateDer: new Uint8Array(9),
        privateKeyDer: new Uint8Array(9),
        rootCaDer: new Uint8Array(9),
      };
      if (!takesClaim)
        await refusedAct(
          device.installClaim({ ...claim, config: {} }, () => {}),
          'device.incompatible',
        );
      if (!seals) {
        await device.seal();
        assert.deepEqual(written, []);
      }
      await device.close();
    });
  });

test('a security tag is what the modem takes: 31 bits, and CONFIG_NRF_CLOUD_SEC_TAG where none is chosen', () => {
  for (const name of ['nrf91', 'zephyr'] as const) {
    const { least, most, usual } = driverNamed(name).settings.secTag as Record<string, unknown>;
    assert.deepEqual([least, most, usual], [0, 0x7fff_ffff, 16_842_753], name);
  }
});

test('a port answers to its path, its other names and its place, and to no part of them', () => {
  const port = {
    path: '/dev/ttyUSB0',
    label: 'x',
    stablePath: '/dev/by-path/1',
    usbLocation: '1-2:1.0',
    otherPaths: ['COM3'],
  };
  for (const name of ['/dev/ttyUSB0', '/dev/by-path/1', 'usb:1-2:1.0', 'COM3'])
    assert.equal(answersTo(name)(port), true, name);
  for (const name of ['/dev/ttyUSB1', 'usb:1-2:1.1', '1-2:1.0', 'usb:', 'COM', ''])
    assert.equal(answersTo(name)(port), false, name);
  const bare = { path: '/dev/ttyS0', label: 'x' };
  for (const name of ['usb:undefined', 'undefined', 'usb:']) assert.equal(answersTo(name)(bare), false, name);
  assert.equal(answersTo('/dev/ttyS0')(bare), true);
});
