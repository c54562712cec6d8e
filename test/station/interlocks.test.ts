/** What the station says of its records when they cannot be compared with their log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { createInterlocks, type InterlockOptions } from '../../app/station/bench/interlocks.ts';
import { createLog } from '../../app/station/index.ts';
import { freshFolder } from '../records/support.ts';
import { movableClock } from '../support.ts';

const authority = {
  issuer: { issuerId: 'CA' },
  caOf: () => ({ path: [{ notAfter: new Date('2046-01-01T00:00:00Z') }] }),
} as unknown as InterlockOptions['authority'];

for (const [what, code, found] of [
  [
    'that cannot be made leaves the check of the file, which still locks the bench',
    'records.failed',
    ['page 7 is torn'],
  ],
  ['that was given up, as at the end of the station, is followed by no other read', 'call.cancelled', []],
] as const)
  test(`a verification ${what}`, async (t) => {
    let isHurried = false;
    const interlocks = await createInterlocks({
      dir: freshFolder(t),
      ledger: {
        trustedAt: async () => null,
        connectionProblems: async () => [],
        integrityCheck: async () => ['page 7 is torn'],
      },
      authority,
      ...{ clock: movableClock().clock, log: createLog(), onChange: () => {} },
      freeBytes: async () => 2 ** 40,
      verification: {
        run: () => Promise.reject(new StationError(code, 'as the test wants it')),
        hurry: () => {
          isHurried = true;
        },
      },
    });
    t.after(() => interlocks.close());
    const told = interlocks.verify();
    assert.ok(isHurried, 'what a witness proved waits for no batch');
    if (code === 'call.cancelled') await assert.rejects(told, { code });
    else await told;
    assert.deepEqual(
      interlocks.now().map(({ detail }) => detail),
      found,
    );
  });
