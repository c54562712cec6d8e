/** What a Zephyr shell says went wrong, and which refusal it is: its reason decides what an engineer changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { addError, csrError, deleteError, keygenError } from '../../app/device/drivers/zephyr/words.ts';

const cases: [said: StationError, code: string, reason: string, detail: RegExp][] = [
  [keygenError(-22, 7), 'device.refused', '-22', /security tag 7 is no PSA key id/],
  [keygenError(-134, 7), 'device.refused', '-134', /in another security tag than 7/],
  [keygenError(-12, 7), 'device.storageFull', '-12', /CONFIG_TLS_MAX_CREDENTIALS_NUMBER/],
  [keygenError(-5, 7), 'device.keyFailed', '-5', /error -5/],
  [csrError(-22), 'device.refused', '-22', /refuses the subject/],
  [csrError(-5), 'device.refused', '-5', /made no CSR \(error -5\)/],
  [deleteError('the key', '-2'), 'device.refused', '-2', /did not delete the key/],
  [
    addError('Failed to add TLS credential with sectag 7 and type CA. Error: -12'),
    'device.storageFull',
    '-12',
    /NUMBER/,
  ],
  [addError('No reference slot available, cannot add.'), 'device.storageFull', 'slots', /NUMBER/],
  [addError('Not enough heap for TLS credential of size 900.'), 'device.storageFull', 'heap', /CONFIG_HEAP_MEM/],
  [addError('Failed to add TLS credential with sectag 7 and type CA. Error: -17'), 'device.refused', '-17', /-17$/],
  [addError('Please provide a credential to add.'), 'device.refused', 'add', /Please provide/],
];

for (const [error, code, reason, detail] of cases) {
  test(`${code} ${reason}`, () => {
    assert.ok(error instanceof StationError);
    assert.deepEqual([error.code, error.data?.reason], [code, reason]);
    assert.match(error.detail, detail);
  });
}
