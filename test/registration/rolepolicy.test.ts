/**
 * The role's policy suffices for a task. Each of its permissions left out is named before anything leaves; where the station
 * may not see the role, it stops the unit or the task, and AWS names it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBillingGroupCommand, CreateThingGroupCommand } from '@aws-sdk/client-iot';
import { bulkTemplate } from '../../app/iot/index.ts';
import { roleName } from '../../app/practice/aws/index.ts';
import { rolePermissions } from '../../app/registration/account/permissions.ts';
import { policyDocument } from '../../app/registration/account/policydocument.ts';
import { submit } from '../../app/registration/index.ts';
import { iotClient } from '../practice/support.ts';
import { bench, leapingClock, storeOf } from './support.ts';

/** Looks of AWS itself, which the practice AWS does not decide. */
const isLook = (action: string) => /:(Describe|List|Get(?!Object))|UpdateThing$/.test(action);

test('a task under the role that the station generates', async (t) => {
  const { aws, cloud, members } = await bench(t, 1);
  const iot = iotClient(t, aws);
  await iot.send(new CreateThingGroupCommand({ thingGroupName: 'line-7' }));
  await iot.send(new CreateBillingGroupCommand({ billingGroupName: 'factory' }));
  const template = JSON.parse(
    bulkTemplate({ policyNames: [aws.policyName], thingGroups: ['line-7'], billingGroup: 'factory' }),
  );
  const Statement = [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }];
  const document = { PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) };
  template.Resources.made = { Type: 'AWS::IoT::Policy', Properties: document };
  const rows = rolePermissions.map(({ action, resource }) => ({ action, resource: resource({ ...aws }) }));
  let count = 0;
  const blind = { ...cloud.account.look, role: async () => ({ seen: 'unseen', why: 'the test' }) as const };
  const unseen = { ...cloud, account: { ...cloud.account, look: blind } };
  const run = async (allowed: typeof rows, seen: boolean) => {
    aws.act({ act: 'policy', identity: roleName, policy: JSON.stringify(policyDocument(allowed)) });
    const batchId = `B${++count}`;
    const store = await storeOf(t, members, batchId);
    const ports = {
      store,
      cloud: seen ? cloud : unseen,
      clock: leapingClock(),
      templateBody: JSON.stringify(template),
    };
    const ended = await submit(batchId, ports).catch((thrown: unknown) => thrown);
    return JSON.stringify([ended, [...store.results.values()]]);
  };
  for (const row of rows.filter(({ action }) => !isLook(action) && action !== 'iot:UpdateCertificate')) {
    const others = rows.filter((one) => one !== row);
    const before = await run(others, true);
    assert.match(before, /"code":"batch.notReady"/);
    assert.ok(before.includes(`may not ${row.action}`), before);
    const said = await run(others, false);
    assert.ok(said.includes(`not authorized to perform: ${row.action}`), `${row.action} ${row.resource}: ${said}`);
  }
  assert.match(await run(rows, true), /"state":"registered"/);
});
