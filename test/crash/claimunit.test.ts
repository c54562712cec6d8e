/**
 * SIGKILL after each act of a unit that AWS provisions by a claim of the trusted user, which the station or the device
 * itself uses, past the hook that the station wrote: one certificate, no orphan.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  CreateProvisioningTemplateCommand,
  ListCertificatesCommand,
  ListThingPrincipalsCommand,
} from '@aws-sdk/client-iot';
import { cloudTarget } from '../../app/contract/model.ts';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { invoke } from '../../app/practice/aws/lambda/run.ts';
import { createLedger } from '../../app/records/index.ts';
import { hookTemplate } from '../../app/registration/account/cloudformation.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
import { createCloudLink } from '../../app/station/cloud/cloudlink.ts';
import { createOrphanSearch } from '../../app/station/crls/awsorphans.ts';
import { paths } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { startAgent } from '../native/agent/support.ts';
import { reasons } from '../practice/gateway/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation } from '../support.ts';
import { runKilled } from './killed.ts';
import { liveUnit } from './unitlife.ts';

const template = 'fleet';
const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
  },
});

/** The acts from the one that says that AWS is asked. `lost` is how many of the lives leave a certificate of AWS. */
const acts = {
  station: ['ledger.askAws', 'aws.certify', 'ledger.recordAwsMade', 'aws.provision', 'ledger.recordAwsIssued'],
  device: [
    ...['ledger.askAws', 'device.installClaim', 'device.provision', 'ledger.recordAwsMade'],
    'ledger.recordAwsIssued',
  ],
} as const;
const lost = { station: 3, device: 2 } as const;

for (const by of ['station', 'device'] as const)
  test(
    `${by}: killed at any act, the next life passes with one certificate, and none is left that no unit has`,
    {
      timeout: 600_000,
    },
    (t) => liveAndDie(t, by),
  );

async function liveAndDie(t: TestContext, by: 'station' | 'device'): Promise<void> {
  const aws = await practice(t, { gateway: { port: 0 } });
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const { host, port, rootCaPem } = aws.gateway ?? assert.fail('no gateway');
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl, gateway: { host, port, rootCaPem } };
  const iot = iotClient(t, aws);
  // The hook that the station writes: a unit comes past it again after a kill, with another certificate.
  const stack = JSON.stringify(hookTemplate({ ...cloudTarget.parse(target), name: 'main' }));
  const { outputs } = await createStack(aws.account, 'hook', stack, new Map([['HookClaims', 'any']]));
  const targetArn = outputs.find(({ key }) => key === 'HookArn')?.value ?? '';
  // An event that starts its thread and loads the SDK may take longer than AWS waits when the PC is busy, and an idle
  // thread ends after a minute: a unit meets a hook that has answered just before.
  const warm = async () => {
    const answers = () => invoke(aws.account, targetArn, { parameters: {} }, { timeoutMs: 60_000 });
    for (let tries = 0; tries < 20; tries += 1) {
      const invocation = await answers();
      if (invocation.ok || invocation.kind === 'thrown') return;
    }
    assert.fail('the hook does not answer');
  };
  const preProvisioningHook = { targetArn };
  const made = {
    preProvisioningHook,
    templateName: template,
    templateBody,
    enabled: true,
    provisioningRoleArn: roleArn,
  };
  await iot.send(new CreateProvisioningTemplateCommand(made));
  const [binary, dir] = [await buildAgent(), await makeStation()];
  const lifeOf = async (unitSerial: string) => {
    await warm();
    const agent = await startAgent(binary, ['--state', await mkdtemp(join(tmpdir(), 'birthmark-agent-'))]);
    t.after(() => agent.stop());
    const life = { dir, port: agent.path, unitSerial, template, aws: { ...target, credentials } };
    if (by === 'station') return life;
    return { ...life, by, connects: { port, rootPem: await readFile(rootCaPem, 'utf8') } };
  };
  const whole = await runKilled('unitchild.ts', [JSON.stringify(await lifeOf('AWS-0')), 'none']);
  assert.equal(JSON.parse(whole.last ?? '{}').outcome, 'PASS', `${whole.last} ${reasons(aws)}`);
  const names = whole.acts.map((act) => act.split(' ')[2]);
  const first = names.indexOf('ledger.askAws');
  assert.deepEqual(
    names
      .slice(first)
      .filter((name) => name !== 'aws.close')
      .slice(0, 6),
    [...acts[by], 'device.install'],
  );

  // After the one act is before the next.
  const rounds = acts[by].map((name) => ({ name, act: names.indexOf(name) + 1 }));
  for (const { name, act } of rounds) {
    const life = await lifeOf(`AWS-${act}`);
    const killed = await runKilled('unitchild.ts', [JSON.stringify(life), `after:${act}`]);
    assert.equal(killed.signal, 'SIGKILL', `after ${name}`);
    await warm();
    const next = await liveUnit(life);
    assert.equal(next.outcome, 'PASS', `after ${name}: ${next.error?.detail} ${reasons(aws)}`);
  }

  const database = openDatabaseHere(paths(dir).records);
  t.after(() => database.close());
  const ledger = createLedger(database, systemClock);
  const link = createCloudLink(
    () => [cloudTarget.parse(target)],
    (to) => createAwsCloud({ ...to, credentials }),
  );
  t.after(() => link.close());
  await createOrphanSearch({ ledger, clock: systemClock, cloudLink: link, signal: new AbortController().signal })();

  const onRecord: (string | null)[] = [];
  for (const unitSerial of ['AWS-0', ...rounds.map(({ act }) => `AWS-${act}`)]) {
    const { state, certificates } = await ledger.showUnit(unitSerial);
    assert.deepEqual([unitSerial, state, certificates.length], [unitSerial, 'registered', 1]);
    onRecord.push(...certificates.map(({ certificateId }) => certificateId));
    const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName: unitSerial }));
    assert.ok(
      principals.some((one) => one.endsWith(certificates[0]?.certificateId ?? 'none')),
      unitSerial,
    );
  }
  const { certificates = [] } = await iot.send(new ListCertificatesCommand({ pageSize: 100 }));
  for (const { certificateId, status } of certificates)
    assert.equal(status, onRecord.includes(certificateId ?? null) ? 'ACTIVE' : 'REVOKED');
  assert.deepEqual([certificates.length, onRecord.length], [6 + lost[by], 6]);
  assert.ok((await ledger.lostAwsRequests()).every(({ certificateId }) => certificateId === null));
}
