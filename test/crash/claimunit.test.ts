/**
 * SIGKILL after each act of a unit that AWS provisions while the station speaks for it, past the hook that the station
 * wrote: one certificate, no orphan.
 */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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

test('killed at any act, the next life passes with one certificate, and none is left that no unit has', {
  timeout: 300_000,
}, async (t) => {
  const aws = await practice(t, { gateway: { port: 0 } });
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const { host, port, rootCaPem } = aws.gateway ?? assert.fail('no gateway');
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl, gateway: { host, port, rootCaPem } };
  const iot = iotClient(t, aws);
  // The hook that the station writes: a unit comes past it again after a kill, with another certificate.
  const stack = JSON.stringify(hookTemplate({ ...cloudTarget.parse(target), name: 'main' }));
  const { outputs } = await createStack(aws.account, 'hook', stack, new Map([['HookClaims', 'any']]));
  const targetArn = outputs.find(({ key }) => key === 'HookArn')?.value ?? '';
  // Its first event loads the SDK, which takes longer than AWS waits when the PC is busy.
  await invoke(aws.account, targetArn, { parameters: {} }, { timeoutMs: 60_000 });
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
    const agent = await startAgent(binary, ['--state', await mkdtemp(join(tmpdir(), 'birthmark-agent-'))]);
    t.after(() => agent.stop());
    return { dir, port: agent.path, unitSerial, template, aws: { ...target, credentials } };
  };
  const whole = await runKilled('unitchild.ts', [JSON.stringify(await lifeOf('AWS-0')), 'none']);
  assert.equal(JSON.parse(whole.last ?? '{}').outcome, 'PASS', whole.last);
  const names = whole.acts.map((act) => act.split(' ')[2]);
  const acts = ['ledger.askAws', 'aws.certify', 'ledger.recordAwsMade', 'aws.provision', 'ledger.recordAwsIssued'];
  const first = names.indexOf('ledger.askAws');
  assert.deepEqual(
    names
      .slice(first)
      .filter((name) => name !== 'aws.close')
      .slice(0, 6),
    [...acts, 'device.install'],
  );

  // After the one act is before the next.
  const rounds = acts.map((name) => ({ name, act: names.indexOf(name) + 1 }));
  for (const { name, act } of rounds) {
    const life = await lifeOf(`AWS-${act}`);
    const killed = await runKilled('unitchild.ts', [JSON.stringify(life), `after:${act}`]);
    assert.equal(killed.signal, 'SIGKILL', `after ${name}`);
    const next = await liveUnit(life);
    assert.equal(next.outcome, 'PASS', `after ${name}: ${next.error?.detail}`);
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
  // Of the five lives, three had a certificate of AWS that is not on record.
  assert.deepEqual([certificates.length, onRecord.length], [9, 6]);
  assert.ok((await ledger.lostAwsRequests()).every(({ certificateId }) => certificateId === null));
});
