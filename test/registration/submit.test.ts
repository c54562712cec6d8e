import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bulkTemplate, submit } from '../../app/registration/index.ts';
import { cli, needsAwsCli, pki, practice } from '../practice/support.ts';
import { cloudOf, leapingClock, membersOf, registerPkiCa, storeOf } from './support.ts';

suite('submission of a batch', () => {
  test('forty units of which two are refused: each is accounted for, and aws-cli finds what was made', async (t) => {
    const aws = await practice(t);
    const keys = pki(t);
    const cloud = await cloudOf(t, aws);
    const members = membersOf(keys, await registerPkiCa(cloud, keys), 40);
    keys.ca('stranger');
    const bad = [7, 23];
    for (const at of bad) {
      const member = members[at];
      if (member) member.certificatePem = keys.issue(member.unitSerial, { by: 'stranger' });
    }
    const store = await storeOf(t, members);
    const progress: string[] = [];
    const done = await submit('B1', {
      store,
      cloud,
      clock: leapingClock(),
      templateBody: bulkTemplate({ policyNames: [aws.policyName] }),
      onProgress: ({ state }) => progress.at(-1) !== state && progress.push(state),
    });
    assert.deepEqual(done.counts, { registered: 38, rejected: 2, unaccounted: 0, strays: 0 });
    assert.deepEqual(progress, ['made', 'uploading', 'uploaded', 'starting', 'running', 'reconciling', 'done']);
    for (const [at, member] of members.entries()) {
      assert.equal(store.results.get(member.thingName)?.state, bad.includes(at) ? 'rejected' : 'registered');
    }
    if (!needsAwsCli(t)) return;
    const run = cli(aws);
    const [first] = members;
    const thing = (await run('iot', 'describe-thing', '--thing-name', first?.thingName ?? '')) as {
      attributes: object;
    };
    assert.deepEqual(thing.attributes, { serialNumber: first?.unitSerial });
    const target = `arn:aws:iot:${aws.region}:${aws.accountId}:cert/${first?.certificateId}`;
    const attached = (await run('iot', 'list-attached-policies', '--target', target)) as {
      policies: { policyName: string }[];
    };
    assert.deepEqual(
      attached.policies.map((policy) => policy.policyName),
      [aws.policyName],
    );
    await assert.rejects(
      run('iot', 'describe-thing', '--thing-name', members[7]?.thingName ?? ''),
      /ResourceNotFoundException/,
    );
  });
});
