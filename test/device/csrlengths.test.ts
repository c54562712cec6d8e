/** Requests of every length that a name can give them: no border between two forms of a DER length is a damage. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { partsOf } from '../../app/device/drivers/freertos/cli.ts';
import { examineCsr } from '../../app/device/drivers/zephyr/words.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

test('a request is sound whatever the length of its name, and none with one byte more or less', () => {
  for (let length = 1; length <= 64; length += 1) {
    const der = Buffer.from(makeCsr(privateKey, 'n'.repeat(length)));
    assert.equal(examineCsr(der)?.sound, true, `zephyr ${length}`);
    assert.equal(partsOf(der)?.verified, true, `freertos ${length}`);
    for (const other of [der.subarray(0, -1), Buffer.concat([der, Buffer.of(0)])])
      assert.notEqual(examineCsr(other)?.sound, true, `zephyr ${length}`);
  }
});
