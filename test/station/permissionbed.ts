/** A station whose target enforces the policies that the station itself generates for a way. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { CreateBillingGroupCommand, CreateThingGroupCommand, CreateThingTypeCommand } from '@aws-sdk/client-iot';
import type { Clock } from '../../app/contract/clock.ts';
import { createClient, type Station } from '../../app/contract/index.ts';
import type { RegistrationWay } from '../../app/contract/model.ts';
import { type PracticeAws, roleName, userName } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { permissionsFor } from '../../app/registration/account/permissions.ts';
import { plainSetUp } from '../../app/registration/account/plain.ts';
import { policyDocument } from '../../app/registration/account/policydocument.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';

type Row = { action: string; resource: string };
const nouns = { thingTypeName: 'sensor', thingGroups: ['line-7'], billingGroup: 'factory' };

export type PermissionBed = {
  aws: PracticeAws;
  station: StationHandle;
  client: Station;
  /** A unit that passes; its serial. */
  pass: () => Promise<string>;
  /**
   * Tries the act without each permission of these actions, in this order: it must end as AWS denied it, and the checks
   * must name the permission. Then the act is done with all of them. An action stands for all of its rows, or is followed
   * by the resource of one.
   */
  needs: (actions: readonly string[], act: () => Promise<unknown>) => Promise<void>;
  /** What the generated policy allows, and no act has been tried without. */
  untried: () => string[];
};

/** The real clock; once hurried, its waits of less than a minute are over at once. */
function hurriedClock() {
  let aheadMs = 0;
  let hurried = false;
  const clock: Clock = {
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now() + aheadMs,
    after(ms, fire) {
      if (!hurried || ms >= 60_000) return systemClock.after(ms, fire);
      const soon = setImmediate(() => {
        aheadMs += ms;
        fire();
      });
      return () => clearImmediate(soon);
    },
  };
  return {
    clock,
    hurry: () => {
      hurried = true;
    },
  };
}

export async function permissionBed(t: TestContext, way: RegistrationWay): Promise<PermissionBed> {
  const aws = await practice(t);
  const { region, bucket, roleArn, policyName, accountId, credentials } = aws;
  const target = { name: 'fra', region, bucket, roleArn, policyNames: [policyName], ...nouns };
  const iot = iotClient(t, aws);
  await iot.send(new CreateThingTypeCommand({ thingTypeName: nouns.thingTypeName }));
  await iot.send(new CreateThingGroupCommand({ thingGroupName: nouns.thingGroups[0] }));
  await iot.send(new CreateBillingGroupCommand({ billingGroupName: nouns.billingGroup }));

  const { clock, hurry } = hurriedClock();
  const bench = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  // Of its own: stations of a process have the same CA, which numbers its CRLs.
  const slots = [{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }];
  const dir = await makeStation(slots, false, { own: true });
  const station = await openStation({
    ...{ dir, kind: 'host', threads: false, ports: bench, clock },
    cloud: { target: { ...target, endpointUrl: aws.endpoint }, credentials },
  });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const { account } = await station.parts.cloudLink.cloud();

  const { documents } = plainSetUp({ ...target, accountId }, [way]);
  const permit = (identity: string, file: string) =>
    aws.act({
      ...{ act: 'policy', identity },
      policy: documents.find(({ name }) => name === file)?.text ?? assert.fail(file),
    });
  const permitAll = () => permit(userName, 'station-policy.json');
  permit(roleName, 'role-policy.json');
  permitAll();

  const rows = permissionsFor([way], { ...target, accountId });
  for (const row of rows) assert.notEqual(await account.probe(row), false, `the try of ${row.action}, with all rights`);
  const tried = new Set<Row>();
  const ask = { action: 'iam:SimulatePrincipalPolicy', resource: '*' };
  const without = (row: Row) => {
    const policy = JSON.stringify(policyDocument([...rows.filter((one) => one !== row), ask]));
    aws.act({ act: 'policy', identity: userName, policy });
  };

  return {
    ...{ aws, station, client },
    async pass() {
      const { label } = bench.plug(1);
      await slotWhen(client, 1, 'SCAN');
      await client.call('bench.scan', { text: label });
      await slotWhen(client, 1, 'PASS');
      bench.unplug(1);
      await slotWhen(client, 1, 'EMPTY');
      hurry();
      return label;
    },
    async needs(actions, act) {
      const left = actions.flatMap((one) =>
        rows.filter(({ action, resource }) => one === action || one === `${action} ${resource}`),
      );
      for (const row of left) {
        without(row);
        await assert.rejects(act(), { code: 'cloud.denied' }, `${way} without ${row.action} on ${row.resource}`);
        assert.deepEqual(await account.simulate(`arn:aws:iam::${accountId}:user/${userName}`, [row]), [false]);
        assert.notEqual(await account.probe(row), true, `the try of ${row.action}`);
        tried.add(row);
      }
      permitAll();
      await act();
    },
    untried: () => [...new Set(rows.filter((row) => !tried.has(row)).map(({ action }) => action))].sort(),
  };
}
