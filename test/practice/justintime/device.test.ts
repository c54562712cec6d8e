/** First connections over TLS, by clients of others: dropped once, let in when they come again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { createStack } from '../../../app/practice/aws/cloudformation/stacks.ts';
import { jitrTemplate } from '../../../app/registration/account/cloudformation.ts';
import { allowListRow } from '../../../app/registration/account/jitr.ts';
import { type Bed, bed, type Device, device, registerCa } from '../gateway/support.ts';

const own = 'AWS::IoT::Certificate::';
const templateBody = JSON.stringify({
  Parameters: { [`${own}CommonName`]: { Type: 'String' }, [`${own}Id`]: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: `${own}CommonName` } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: `${own}Id` } } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'birthmark-practice-device' } },
  },
});

/** A client that comes again until it is let in, and then publishes. @returns how often it was dropped before */
async function comesAgain({ gateway, aws }: Bed, who: Device, name: string): Promise<number> {
  let drops = 0;
  const client = mqtt.connect({
    ...{ protocol: 'mqtts', host: 'localhost', port: gateway.port, servername: 'localhost', clientId: name },
    ...{ ca: readFileSync(gateway.rootCaPem), cert: who.pem, key: who.key, protocolVersion: 4, reconnectPeriod: 20 },
  });
  client.on('error', () => {});
  client.on('close', () => {
    drops += 1;
  });
  try {
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    const before = drops;
    const heard = new Promise<void>((resolve) => {
      const end = aws.account.bus.listen(({ topic }) => {
        if (topic !== `devices/${name}/hello`) return;
        end();
        resolve();
      });
    });
    await client.publishAsync(`devices/${name}/hello`, '{}', { qos: 1 });
    await heard;
    return before;
  } finally {
    await client.endAsync(true);
  }
}

test('by a template: dropped once, then connected as its own thing', async (t) => {
  const made = await bed(t);
  await registerCa(made, { auto: true, config: (roleArn) => ({ templateBody, roleArn }) });
  assert.equal(await comesAgain(made, device(made, 'jitp-1'), 'jitp-1'), 1);
  assert.ok(made.aws.account.state.things.has('jitp-1'));
});

test('by the generated function: dropped until it has run, and for as long as the unit is not listed', async (t) => {
  const made = await bed(t);
  const { account, region, bucket, roleArn, policyName } = made.aws;
  const target = { name: 'practice', region, bucket, roleArn, policyNames: [policyName] };
  const stack = await createStack(account, 'jitr', JSON.stringify(jitrTemplate(target)));
  assert.equal(stack.status, 'CREATE_COMPLETE', stack.reason);
  await registerCa(made, { auto: true });
  const who = device(made, 'jitr-1');
  const coming = comesAgain(made, who, 'jitr-1');
  const table = account.state.tables.get('birthmark-devices-practice');
  const result = () => table?.items.get(JSON.stringify([allowListRow.result(who.id)]))?.result?.S;
  for (let turn = 0; turn < 3000 && result() !== 'notListed'; turn += 1) await pause(5);
  assert.equal(result(), 'notListed');
  assert.equal(account.state.certificates.get(who.id)?.status, 'PENDING_ACTIVATION');
  const id = allowListRow.unit('jitr-1');
  table?.items.set(JSON.stringify([id]), { id: { S: id } });
  assert.ok((await coming) >= 2, 'it was dropped before and after it was listed');
  assert.equal(result(), 'ACTIVE');
});

test('mosquitto_pub fails once and then publishes', async (t) => {
  const program = '/usr/bin/mosquitto_pub';
  if (!existsSync(program)) return t.skip('SKIPPED: mosquitto-clients IS MISSING (apt-get install mosquitto-clients)');
  const made = await bed(t);
  await registerCa(made, { auto: true, config: (roleArn) => ({ templateBody, roleArn }) });
  const who = device(made, 'mosquitto-1');
  const [cert, key] = [join(made.keys.folder, 'm.pem'), join(made.keys.folder, 'm.key')];
  await writeFile(cert, who.pem);
  await writeFile(key, who.key);
  const run = () =>
    new Promise<number>((resolve) => {
      const to = ['-h', 'localhost', '-p', String(made.gateway.port), '-i', 'mosquitto-1', '-q', '1'];
      const files = ['--cafile', made.gateway.rootCaPem, '--cert', cert, '--key', key];
      const child = execFile(program, [...to, ...files, '-t', 'devices/mosquitto-1/hello', '-m', '{}']);
      child.once('exit', (code) => resolve(code ?? -1));
    });
  assert.notEqual(await run(), 0, 'the first connection is dropped');
  assert.equal(await run(), 0);
});
