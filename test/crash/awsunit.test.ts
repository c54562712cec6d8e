/** SIGKILL after each act with AWS's own CA: nothing is lost, and the unit has one certificate. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ListCertificatesCommand } from '@aws-sdk/client-iot';
import { cloudTarget } from '../../app/contract/model.ts';
import { createLedger } from '../../app/records/index.ts';
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

test('killed at any act of issuing, the next life passes with one certificate', { timeout: 120_000 }, async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl };
  const iot = iotClient(t, aws);
  const [binary, dir] = [await buildAgent(), await makeStation()];
  const lifeOf = async (unitSerial: string) => {
    const agent = await startAgent(binary, ['--state', await mkdtemp(join(tmpdir(), 'birthmark-agent-'))]);
    t.after(() => agent.stop());
    return { dir, port: agent.path, unitSerial, aws: { ...target, credentials } };
  };
  const whole = await runKilled('unitchild.ts', [JSON.stringify(await lifeOf('AWS-0')), 'none']);
  assert.equal(JSON.parse(whole.last ?? '{}').outcome, 'PASS', whole.last);
  const names = whole.acts.map((act) => act.split(' ')[2]);
  const [asked, recorded] = [names.indexOf('ledger.askAws'), names.indexOf('ledger.recordAwsIssued')];
  assert.deepEqual(names.slice(asked, recorded + 2), [
    'ledger.askAws',
    'aws.certify',
    'ledger.recordAwsIssued',
    'device.install',
  ]);

  let made = 1;
  // After the one act is before the next.
  const rounds = names.slice(asked, recorded + 1).map((name, index) => ({ name, act: asked + index + 1 }));
  for (const { name, act } of rounds) {
    const where = `after ${name}`;
    const life = await lifeOf(`AWS-${act}`);
    const killed = await runKilled('unitchild.ts', [JSON.stringify(life), `after:${act}`]);
    assert.equal(killed.signal, 'SIGKILL', where);
    assert.equal((await liveUnit(life)).outcome, 'PASS', where);
    // After the second life the answer of the first one is on record, or its certificate is an orphan.
    made += name === 'aws.certify' ? 2 : 1;
  }

  const database = openDatabaseHere(paths(dir).records);
  t.after(() => database.close());
  const ledger = createLedger(database, systemClock);
  const units = ['AWS-0', ...rounds.map(({ act }) => `AWS-${act}`)];
  const onRecord: (string | null)[] = [];
  for (const unitSerial of units) {
    const { certificates } = await ledger.showUnit(unitSerial);
    assert.deepEqual([unitSerial, certificates.map(({ state }) => state)], [unitSerial, ['issued']]);
    onRecord.push(...certificates.map(({ certificateId }) => certificateId));
  }
  const link = createCloudLink(
    () => [cloudTarget.parse(target)],
    (to) => createAwsCloud({ ...to, credentials }),
  );
  t.after(() => link.close());
  await createOrphanSearch({ ledger, clock: systemClock, cloudLink: link, signal: new AbortController().signal })();
  const { certificates = [] } = await iot.send(new ListCertificatesCommand({ pageSize: 100 }));
  assert.equal(certificates.length, made);
  for (const { certificateId, status } of certificates)
    assert.equal(status, onRecord.includes(certificateId ?? null) ? 'INACTIVE' : 'REVOKED');
  assert.equal(certificates.filter(({ status }) => status === 'REVOKED').length, made - units.length);
});
