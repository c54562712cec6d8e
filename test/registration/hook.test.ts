/** The hook that the station writes for an account: put there by its own template, and run as it is when devices come. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { invoke } from '../../app/practice/aws/lambda/run.ts';
import type { TableItem } from '../../app/practice/aws/nouns.ts';
import { cloudFormation, deviceTable, hookTemplate } from '../../app/registration/account/cloudformation.ts';
import { hookFunction, hookRow } from '../../app/registration/account/hook.ts';
import { plainSetUp } from '../../app/registration/account/plain.ts';
import {
  certify,
  claim,
  claimTemplate,
  connect,
  makeTemplate,
  provisionTopic,
} from '../practice/gateway/fleetbench.ts';
import { wallClock } from '../practice/support.ts';
import { cloudOf } from './support.ts';

const target = {
  name: 'fra',
  region: 'us-east-1',
  bucket: 'units',
  roleArn: 'arn:aws:iam::123456789012:role/registration',
  policyNames: [],
};

let aws: PracticeAws;
let bed: Awaited<ReturnType<typeof hooked>>;
before(async () => {
  aws = await startPracticeAws({ clock: wallClock() });
  bed = await hooked('fra');
});
after(() => aws.close());

/** An account whose template `name` has the hook, and what devices and the station do there. */
async function hooked(name: string, settings: Record<string, string> = {}) {
  const { account } = aws;
  const body = JSON.stringify(hookTemplate({ ...target, name }));
  const stack = await createStack(account, name, body, new Map(Object.entries(settings)));
  assert.equal(stack.status, 'CREATE_COMPLETE', stack.reason);
  const targetArn = stack.outputs.find(({ key }) => key === 'HookArn')?.value ?? '';
  makeTemplate(account, name, claimTemplate, { preProvisioningHook: { targetArn }, provisioningRoleArn: aws.roleArn });
  // Its first events load the SDK, which takes longer than a device waits when the PC is busy.
  const event = { parameters: {} };
  await Promise.all([1, 2, 3].map(() => invoke(account, targetArn, event, { timeoutMs: 60_000 })));
  const items = account.state.tables.get(deviceTable(name))?.items;
  assert.ok(items);
  const idOf = (claimName: string) => createHash('sha256').update(claimName).digest('hex');
  return {
    allow: (...serials: string[]) => {
      for (const id of serials.map(hookRow.serial)) items.set(JSON.stringify([id]), { id: { S: id } });
    },
    claims: (claimName: string, maxUnits: number) => {
      const id = hookRow.claim(idOf(claimName));
      items.set(JSON.stringify([id]), { id: { S: id }, maxUnits: { N: String(maxUnits) }, used: { N: '0' } });
    },
    unit: (serial: string): TableItem => items.get(JSON.stringify([hookRow.serial(serial)])) ?? {},
    used: (claimName: string) => items.get(JSON.stringify([hookRow.claim(idOf(claimName))]))?.used?.N,
    /** What a device hears that comes with a claim: the name of its thing, or the code of the refusal. */
    provision: async (serial: string | undefined, claimName = 'claim') => {
      const device = connect(account, 'device', { certificate: { ...claim, certificateId: idOf(claimName) } });
      const { token, certificateId } = await certify(device, serial ?? 'none');
      const ask = async () => {
        const parameters = serial === undefined ? {} : { SerialNumber: serial };
        const { value } = await device.ask(provisionTopic(name), { certificateOwnershipToken: token, parameters });
        return value.thingName ?? value.errorCode;
      };
      return { outcome: await ask(), again: ask, certificateId };
    },
  };
}
const no = 'ACCESS_DENIED';

test('a serial number of the list is provisioned once', async () => {
  const { allow, claims, provision, unit, used } = bed;
  claims('claim', 10);
  allow('SN-1');
  const first = await provision('SN-1');
  assert.equal(first.outcome, 'device-SN-1');
  assert.equal((await provision('SN-1')).outcome, no, 'another device of this serial number');
  assert.equal((await provision('SN-2')).outcome, no, 'not in the list');
  assert.equal((await provision(undefined)).outcome, no, 'no serial number');
  assert.deepEqual([unit('SN-1').provisionedWith?.S, used('claim')], [first.certificateId, '1']);
});

test('the same certificate may ask again, and counts once', async () => {
  const { allow, claims, provision, used } = bed;
  claims('one', 1);
  allow('SN 1', 'SN-3');
  // The hook says yes, and then this name is none for a thing.
  const { outcome, again } = await provision('SN 1', 'one');
  assert.equal(outcome, 'ResourceRegistrationFailure');
  assert.equal(await again(), 'ResourceRegistrationFailure');
  assert.equal(used('one'), '1');
  assert.equal((await provision('SN-3', 'one')).outcome, no, 'the claim has none left');
});

test('a claim has as many units as it was given, also when all ask at once', async () => {
  const { allow, claims, provision, used, unit } = bed;
  const serials = Array.from({ length: 20 }, (_, index) => `L-${index}`);
  claims('ten', 10);
  allow(...serials);
  const outcomes = await Promise.all(serials.map(async (serial) => (await provision(serial, 'ten')).outcome));
  assert.equal(outcomes.filter((outcome) => outcome === no).length, 10, outcomes.join());
  assert.equal(used('ten'), '10');
  const refused = serials.filter((_, index) => outcomes[index] === no);
  assert.ok(
    refused.every((serial) => unit(serial).provisionedWith === undefined),
    'their serial numbers are free again',
  );
  claims('more', 10);
  const later = await Promise.all(refused.map(async (serial) => (await provision(serial, 'more')).outcome));
  assert.deepEqual(
    later,
    refused.map((serial) => `device-${serial}`),
  );
});

test('one serial number that many devices send at once is provisioned for one', async () => {
  const { allow, claims, provision, used } = bed;
  claims('clones', 100);
  allow('C-1');
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, async () => (await provision('C-1', 'clones')).outcome),
  );
  assert.equal(outcomes.filter((outcome) => outcome === 'device-C-1').length, 1, outcomes.join());
  assert.equal(used('clones'), '1');
  assert.equal(aws.account.state.things.get('device-C-1')?.principals.length, 1);
});

test('a claim that the table does not know is refused, unless claims are new for each unit', async () => {
  bed.allow('U-1');
  assert.equal((await bed.provision('U-1', 'stranger')).outcome, no);
  assert.equal(bed.unit('U-1').provisionedWith, undefined);
  const any = await hooked('any', { HookClaims: 'any', HookSerial: 'SerialNumber' });
  any.allow('U-1');
  assert.equal((await any.provision('U-1', 'temporary')).outcome, 'device-U-1');
});

test('the station tells the hook what a claim may provision, again as units come, and what was noted stays', async (t) => {
  const { provision, unit, used } = bed;
  const cloud = await cloudOf(t, aws);
  const rows = cloud.claims.hookRows(deviceTable('fra'));
  const orderId = 'WO-1';
  const name = createHash('sha256').update('told').digest('hex');
  const limit = (maxUnits: number) => ({ kind: 'claim', name, orderId, maxUnits }) as const;
  const serial = (one: string) => ({ kind: 'serial', name: one, orderId, maxUnits: null }) as const;
  await rows.put([limit(2), serial('T-1')]);
  assert.equal((await provision('T-1', 'told')).outcome, 'device-T-1');
  assert.equal((await provision('T-2', 'told')).outcome, no);
  await rows.put([limit(2), ...Array.from({ length: 40 }, (_, index) => serial(`T-${index}`))]);
  assert.equal((await provision('T-1', 'told')).outcome, no, 'it was provisioned before');
  assert.equal((await provision('T-39', 'told')).outcome, 'device-T-39');
  assert.equal((await provision('T-3', 'told')).outcome, no, 'the claim has none left');
  assert.deepEqual([used('told'), unit('T-39').orderId?.S], ['2', 'WO-1']);
  await rows.put([limit(4)]);
  assert.equal((await provision('T-3', 'told')).outcome, 'device-T-3');
  await rows.put([serial('T-1')], { anew: true });
  assert.equal((await provision('T-1', 'told')).outcome, 'device-T-1', 'what was noted is forgotten');
  await rows.remove([serial('T-4'), serial('never there')]);
  assert.equal((await provision('T-4', 'told')).outcome, no, 'it is taken back');
  const nowhere = cloud.claims.hookRows('none');
  await assert.rejects(nowhere.put([limit(1)]), { code: 'cloud.noTable' });
  await assert.rejects(nowhere.remove([serial('T-1')]), { code: 'cloud.noTable' });
});

test('a function that may not write into the table lets nobody pass', async () => {
  const { allow, claims, provision } = await hooked('denied');
  claims('claim', 1);
  allow('D-1');
  const role = aws.account.state.identities.get('birthmark-hook-denied');
  assert.ok(role);
  role.policy = role.policy?.replace('dynamodb:UpdateItem', 'dynamodb:GetItem') ?? '';
  assert.equal((await provision('D-1')).outcome, no);
});

test('the template of the whole target and the plain documents have the same hook', () => {
  type Template = { Resources: Record<string, { Condition?: string; Properties: Record<string, unknown> }> };
  const { Resources } = cloudFormation(target, ['fleet']) as Template;
  const alone = (hookTemplate(target) as Template).Resources;
  for (const name of ['HookRole', 'HookFunction', 'HookCall']) {
    assert.deepEqual(Resources[name]?.Properties, alone[name]?.Properties, name);
    assert.equal(Resources[name]?.Condition, 'WithHook');
  }
  assert.equal(Resources.JitrTable?.Condition, 'WithTable');
  const { documents, commands } = plainSetUp(target, ['fleet']);
  const textOf = (name: string) => documents.find((one) => one.name === name)?.text ?? '';
  assert.equal(textOf('hook.js'), hookFunction);
  const action = /"dynamodb:\w+"/g;
  assert.deepEqual(textOf('hook-policy.json').match(action), JSON.stringify(alone.HookRole).match(action));
  assert.match(commands, /lambda add-permission .*--principal iot\.amazonaws\.com .*provisioningtemplate\/\*/);
  assert.doesNotMatch(plainSetUp(target, ['bulk']).commands, /lambda|dynamodb/);
});
