/** What consoles say without a checksum: a request, a list or a value that changed on its way is never taken for the device's. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import {
  assertAccepted,
  assertTypable,
  bytesIn,
  derIn,
  isLog,
  partsOf,
  pemLines,
  settingIn,
} from '../../app/device/drivers/freertos/cli.ts';
import { bufferTooSmall, examineCsr, itemsOf, readList } from '../../app/device/drivers/zephyr/words.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { folderFor, isError, judgeCsr, sha256, testCa } from './support.ts';

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const csrOf = (name: string, key?: KeyObject) => Buffer.from(makeCsr(key ?? p256().privateKey, name));
const flipped = (bytes: Buffer, at: number, mask = 1) => {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(at) ^ mask, at);
  return other;
};

/** As the FreeRTOS driver reads one: PEM, one element, its parts. */
const asRead = (bytes: Buffer) => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  const der = derIn('X', ['-----BEGIN X-----', ...lines, '-----END X-----']);
  return der ? partsOf(der) : undefined;
};

/** A short one, and one whose lengths take two bytes more. */
const requests = [csrOf('SN-1'), csrOf('x'.repeat(64))];

describe('a request that came over a console', () => {
  test('is the one that openssl finds good', (t) => {
    for (const der of requests) {
      assert.ok(judgeCsr(folderFor(t), der).verified);
      assert.equal(examineCsr(der)?.sound, true);
      const parts = partsOf(der);
      assert.deepEqual([parts?.verified, parts?.der], [true, der]);
      assert.equal(
        parts?.contentHex,
        der.toString('hex', contentAt(der), algorithmAt(der) + 2 + der.readUInt8(algorithmAt(der) + 1)),
      );
    }
  });

  test('with one bit changed, wherever, is never sound', () => {
    for (const der of requests)
      for (let at = 0; at < der.length; at += 1)
        for (const mask of [1, 0x80]) {
          const damaged = flipped(der, at, mask);
          assert.notEqual(examineCsr(damaged)?.sound, true, `${at}`);
          assert.notEqual(asRead(damaged)?.verified, true, `${at}`);
        }
  });

  test('cut short, or with something behind it, is none', () => {
    for (const der of requests) {
      for (let length = 0; length < der.length; length += 1) {
        assert.equal(examineCsr(der.subarray(0, length)), undefined, `${length}`);
        assert.equal(asRead(der.subarray(0, length)), undefined, `${length}`);
      }
      assert.equal(examineCsr(Buffer.concat([der, Buffer.of(0)])), undefined);
    }
  });

  test('by another key or of another kind is not sound, and what was signed is told', () => {
    const [mine] = requests;
    assert.ok(mine);
    const at = algorithmAt(mine);
    const signed = examineCsr(mine)?.signed;
    assert.deepEqual(signed, mine.subarray(contentAt(mine), at));
    const wrong = examineCsr(flipped(mine, mine.length - 1));
    assert.deepEqual([wrong?.sound, wrong?.signed], [false, signed]);
    assert.equal(partsOf(flipped(mine, mine.length - 1))?.verified, false);
  });
});

/** Where the signed part begins, and where it ends: its length is in its second byte and those after it. */
function contentAt(der: Buffer): number {
  return der.readUInt8(1) === 0x82 ? 4 : 3;
}
function algorithmAt(der: Buffer): number {
  const at = contentAt(der);
  const first = der.readUInt8(at + 1);
  return first < 0x80 ? at + 2 + first : at + 3 + der.readUInt8(at + 2);
}

describe("FreeRTOS's answers", () => {
  test('a value stands whole behind its name, or is read again', () => {
    assert.equal(settingIn('a', ['b="x"', 'a="y z"']), 'y z');
    assert.equal(settingIn('a', ['a=""']), '');
    for (const lines of [[], ['a="y'], ['a=y'], ['ab="y"'], ['a="\u0007"']])
      assert.equal(settingIn('a', lines), undefined);
    assert.ok(isLog('<INF>    10422 [WLAN      ] up') && !isLog('<INF> up'));
  });

  test('each line that says no is its own refusal', () => {
    const said: [string, string, string][] = [
      ['ERROR: Failed to generate key', 'device.keyFailed', 'keyFailed'],
      ['Error: Out of memory', 'device.storageFull', 'outOfMemory'],
      ['Error: failed to save x', 'device.storageFull', 'notSaved'],
      ['Error: Could not save configuration', 'device.refused', 'notSaved'],
      ['Error: key: x was not recognized', 'device.incompatible', 'unknownKey'],
      ['Error: PEM header', 'link.garbled', 'importEnded'],
      ['Command not recognized', 'link.garbled', 'importEnded'],
      ['ERROR 5', 'device.refused', 'error'],
    ];
    for (const [line, code, reason] of said)
      assert.throws(
        () => assertAccepted('pki', ['fine', line]),
        (error) => {
          assert.ok(error instanceof StationError);
          assert.deepEqual([error.code, error.data], [code, { command: 'pki', reason }]);
          assert.ok(error.detail.includes(line));
          return true;
        },
      );
    assertAccepted('pki', ['fine', 'errors: none', '']);
  });

  test('what cannot be typed in one line is refused before anything is', () => {
    const room = 127 - 'conf set k '.length;
    assertTypable('k', 'x'.repeat(room));
    assertTypable('k', '');
    assert.throws(() => assertTypable('k', 'x'.repeat(room + 1)), isError('device.storageFull'));
    for (const value of ['a b', 'a"b', 'ü', '\t'])
      assert.throws(() => assertTypable('k', value), isError('device.incompatible'));
  });

  test('a PEM is whole, absent, or read again', () => {
    const { rootCaDer } = testCa();
    const lines = pemLines(rootCaDer);
    assert.ok(lines.every((line) => line.length <= 64));
    const read = (given: string[]) => bytesIn('CERTIFICATE', given);
    assert.deepEqual(read(['before', ...lines, 'after']), Buffer.from(rootCaDer));
    assert.equal(read([]), null);
    for (const given of [['x'], lines.slice(1), lines.slice(0, -1), lines.toReversed(), lines.with(2, 'not base64!')])
      assert.equal(read(given), undefined);
    assert.deepEqual(read([lines[0] ?? '', lines.at(-1) ?? '']), Buffer.alloc(0));
    assert.deepEqual(derIn('CERTIFICATE', lines), Buffer.from(rootCaDer));
    assert.equal(derIn('CERTIFICATE', []), null);
    assert.equal(derIn('CERTIFICATE', lines.toSpliced(3, 1)), undefined, 'a line is missing');
  });

  test('an element is as long as it says, in each form of its length', () => {
    const pem = (hex: string) => ['-----BEGIN X-----', Buffer.from(hex, 'hex').toString('base64'), '-----END X-----'];
    const whole = (hex: string) => derIn('X', pem(hex)) !== undefined;
    for (const hex of ['0400', '047f'.padEnd(4 + 254, '0'), '04820001aa', '0483000001aa']) {
      const lines = derIn('X', [
        '-----BEGIN X-----',
        ...(Buffer.from(hex, 'hex')
          .toString('base64')
          .match(/.{1,64}/g) ?? []),
        '-----END X-----',
      ]);
      assert.deepEqual(lines, Buffer.from(hex, 'hex'), hex.slice(0, 12));
    }
    for (const hex of ['04', '0401', '0401aabb', '0481', '0482aa', '048400000001aa', '04820002aa'])
      assert.equal(whole(hex), false, hex);
  });
});

describe("Zephyr's list", () => {
  const digest = `${'A'.repeat(43)}=`;

  test('a list that lacks a line is read again; other tags do not count', () => {
    const lines = [`7,SERV,${digest},0`, `7,CA,ERROR,-5`, `8,CA,${digest},0`];
    assert.deepEqual(
      readList(lines, 2, 7),
      new Map([
        ['SERV', digest],
        ['CA', 'ERROR'],
      ]),
    );
    assert.deepEqual(readList([], 0, 7), new Map());
    assert.equal(readList(lines.slice(0, 1), 2, 7), undefined);
    assert.equal(readList(['nonsense'], 1, 7), undefined);
  });

  test('what is written, and the digest that the device then shows', () => {
    const what = testCa().installation(requests[0] ?? Buffer.alloc(0), {});
    const [root, certificate] = itemsOf(what);
    assert.deepEqual([root?.slot, root?.name, certificate?.slot], ['CA', 'rootCa', 'SERV']);
    assert.deepEqual(itemsOf({ ...what, rootCaDer: Buffer.alloc(0) }).length, 1);
    const [best, least] = certificate?.forms ?? [];
    assert.deepEqual([best?.format, best?.withChain, least?.format, least?.withChain], ['BINT', true, 'BIN', false]);
    const stored = Buffer.concat([Buffer.from(best?.base64 ?? '', 'base64'), Buffer.of(0)]);
    assert.equal(Buffer.from(best?.digest ?? '', 'base64').toString('hex'), sha256(stored));
    assert.equal(Buffer.from(least?.digest ?? '', 'base64').toString('hex'), sha256(what.certificateDer));
    assert.ok(certificate && best && least);
    const { code, detail } = bufferTooSmall(certificate);
    assert.equal(code, 'device.storageFull');
    assert.ok(
      detail.includes(`${least.base64.length + 1} characters`) && detail.endsWith(`${best.base64.length + 1} or more`),
    );
  });
});
