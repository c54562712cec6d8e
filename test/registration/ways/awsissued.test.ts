/** A unit whose certificate AWS's own CA made: it is in the account, INACTIVE, and becomes ACTIVE last. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnitWay } from '../../../app/contract/batches.ts';
import { registerUnit } from '../../../app/registration/ways/unit.ts';
import { arnOf, fakeAccount, unit } from './fake.ts';

const settings = { templateBody: '{"policyNames":[]}', policyNames: ['p1'] };
const made = unit(1, { caCertificatePem: null });
const certificate = (status: string) => ({
  arn: arnOf(made.certificateId),
  status,
  things: [],
  policies: [],
  byCa: false,
});
const context = (calls: ReturnType<typeof fakeAccount>['calls']) => ({
  calls,
  settings,
  isUnsure: false,
  signal: undefined,
});

for (const way of ['registerThing', 'registerCertificate', 'withoutCa'] satisfies UnitWay[])
  test(`${way}: nothing is registered again, and activation is the last call`, async () => {
    const account = fakeAccount();
    account.certificates.set(made.certificateId, certificate('INACTIVE'));
    const result = await registerUnit(way, made, context(account.calls));
    assert.deepEqual(result, { state: 'registered', thingName: made.thingName });
    assert.deepEqual(account.asked, [
      'describeCertificate',
      'createThing',
      'attachPolicy',
      'attachThing',
      'activateCertificate',
    ]);
    const { status, things, policies } = account.certificates.get(made.certificateId)!;
    assert.deepEqual([status, things, policies], ['ACTIVE', [made.thingName], ['p1']]);
    assert.deepEqual(await registerUnit(way, made, context(account.calls)), result, 'it may be repeated');
    assert.equal(account.asked.filter((call) => call === 'activateCertificate').length, 1);
  });

test('cut off at any call, the next run ends in the same state', async () => {
  for (let stop = 1; stop <= 5; stop += 1)
    for (const side of ['before', 'after'] as const) {
      const cut = (_: string, number: number) => {
        if (number === stop) throw new Error('cut off');
      };
      const account = fakeAccount({ [side]: cut });
      account.certificates.set(made.certificateId, certificate('INACTIVE'));
      await assert.rejects(registerUnit('withoutCa', made, context(account.calls)), /cut off/);
      account.heal();
      await registerUnit('withoutCa', made, context(account.calls));
      assert.equal(account.certificates.get(made.certificateId)?.status, 'ACTIVE', `${side} ${stop}`);
    }
});

test('one that is revoked, or not in this account, is rejected with that reason', async () => {
  const account = fakeAccount();
  const gone = await registerUnit('withoutCa', made, context(account.calls));
  assert.match('reason' in gone ? gone.reason : '', /not to be found in this account/);
  account.certificates.set(made.certificateId, certificate('REVOKED'));
  const revoked = await registerUnit('withoutCa', made, context(account.calls));
  assert.match('reason' in revoked ? revoked.reason : '', /is REVOKED/);
  assert.equal(account.things.size, 0);
});
