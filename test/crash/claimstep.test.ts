/** SIGKILL while a device gets the claim of its order: the next life gives it the same one, and it takes one place. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { createClient } from '../../app/contract/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { hostUnits, type Link, linkTo, type Message, remotePorts } from '../bench/line/remote.ts';
import { makeUnit, type SimulatedUnit } from '../bench/line/units.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { type ClaimLife, liveClaim } from './claimlife.ts';

const recipe = {
  ...{ name: 'by-claim', model: '*', driver: 'nrf91', profile: 'aws-iot-device', seal: false },
  provisioning: { way: 'claim', target: 'main', template: 'fleet' },
};
const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' } },
  Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } } },
});
const orderId = 'WO-C';

/** The ends of a cable within this process. */
function cable(): [Link, Link] {
  const listeners: ((message: Message) => void)[][] = [[], []];
  const end = (mine: number): Link => ({
    send: (message) => setImmediate(() => listeners[1 - mine]?.forEach((listener) => void listener(message))),
    listen: (listener) => void listeners[mine]?.push(listener),
  });
  return [end(0), end(1)];
}

const places = { certificate: '16842753,1', key: '16842753,2' };

test('killed after the claim is on record, and in the middle of its writing: the next life passes, with one claim and one place a unit', {
  timeout: 540_000,
}, async (t) => {
  const aws = await practice(t, { gateway: { port: 0 } });
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: aws.roleArn };
  await iotClient(t, aws).send(new CreateProvisioningTemplateCommand(made));
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const cloud = { target: { region, bucket, roleArn, policyNames: [], endpointUrl }, credentials };
  const dir = await makeStation();
  const open = async () => {
    const station = await openStation({ dir, kind: 'host', threads: false, ports: remotePorts(cable()[0]), cloud });
    await station.parts.authority.unlock(passphrase);
    const engineer = createClient(station.connect('test'));
    await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    return { station, engineer };
  };
  const first = await open();
  const { name, version } = await first.engineer.call('recipes.save', { text: JSON.stringify(recipe) });
  await first.engineer.call('recipes.approve', { name, version });
  await first.engineer.call('orders.make', { orderId, model: '*', quantity: 2, recipe: name, activate: true });
  await first.engineer.call('claims.make', { orderId, target: 'main', template: 'fleet', passphrase });
  await first.station.close();

  const lifeOf = (unitSerial: string): ClaimLife => ({ dir, cloud, orderId, unitSerial });
  /** A life in a process of its own. `isTime`: it is killed when the device is so far. */
  const killed = (unit: SimulatedUnit, life: ClaimLife, where: string, isTime = () => false) => {
    const child = fork(join(import.meta.dirname, 'claimstepchild.ts'), [JSON.stringify(life), where], {
      silent: true,
      serialization: 'advanced',
    });
    const link = linkTo(child);
    const host = hostUnits(
      {
        send: link.send,
        // The station sends the next piece when the device has taken the one before.
        listen: (listener) =>
          link.listen((message) => {
            if (isTime()) child.kill('SIGKILL');
            else if (!('ended' in message)) listener(message);
          }),
      },
      () => unit,
    );
    return new Promise<string | null>((resolve) =>
      child.once('exit', (_code, signal) => {
        host.pullAll();
        resolve(signal);
      }),
    );
  };
  const units = new Map<string, SimulatedUnit>();
  for (const [unitSerial, where] of [
    ['GIVEN', 'after:ledger.giveClaim'],
    ['HALF', 'none'],
  ] as const) {
    const unit = makeUnit('nrf91', { clock: systemClock, seed: units.size + 1, baud: 0, computeMs: 1 });
    units.set(unitSerial, unit);
    const isHalf = () => where === 'none' && unit.holds().size === 1;
    assert.equal(await killed(unit, lifeOf(unitSerial), where, isHalf), 'SIGKILL', unitSerial);
    assert.equal(unit.holds().size, where === 'none' ? 1 : 0, `${unitSerial}: what the device held then`);
    const [station, device] = cable();
    hostUnits(device, () => unit);
    const ports = remotePorts(station);
    ports.present(1, true);
    const { outcome, error } = await liveClaim(lifeOf(unitSerial), ports);
    assert.equal(outcome, 'PASS', error?.detail);
  }

  const { station, engineer } = await open();
  t.after(() => station.close());
  const [claim, ...others] = await engineer.call('claims.list', {});
  assert.deepEqual([claim?.units, others], [2, []], 'each unit has one place');
  const held = [...units.values()].map((unit) => unit.holds());
  for (const place of Object.values(places))
    assert.equal(new Set(held.map((one) => one.get(place)?.toString())).size, 1, `the same in both: ${place}`);
  for (const unitSerial of units.keys()) {
    const { state, journal } = await engineer.call('units.show', { unitSerial });
    assert.equal(state, 'passed');
    const given = journal.filter(({ entry }) => entry === 'claim.given').map(({ data }) => data.certificateId);
    assert.deepEqual([...new Set(given)], [claim?.certificateId]);
    assert.doesNotMatch(JSON.stringify(journal), /PRIVATE KEY/);
  }
});
