/** SIGKILL after each act of making a claim: the next life makes the same claim, and no certificate is left over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { cloudTarget } from '../../app/contract/model.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
import { createClaimSearch } from '../../app/station/claims/lost.ts';
import { createCloudLink } from '../../app/station/cloud/cloudlink.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation } from '../support.ts';
import { runKilled } from './killed.ts';

const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' } },
  Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } } },
});

test('killed at any act, the claim is made by the next life, with one certificate', { timeout: 200_000 }, async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl };
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: roleArn };
  await iotClient(t, aws).send(new CreateProvisioningTemplateCommand(made));
  const dir = await makeStation();
  const live = (where: string) => runKilled('makeclaimchild.ts', [JSON.stringify({ dir, target, credentials }), where]);
  // Each life goes on where the one before was killed, and asks AWS again.
  const acts = ['ledger.beginClaim', 'aws.certify', 'ledger.recordClaimCertificate'];
  for (const [index, name] of acts.entries()) {
    const { signal, acts: seen } = await live(index === 0 ? 'after:1' : `after:${index}`);
    assert.deepEqual([signal, seen.at(-1)?.split(' ')[2]], ['SIGKILL', name]);
  }
  assert.equal((await live('none')).last, '1', 'the same claim');

  const database = openDatabaseHere(paths(dir).records);
  t.after(() => database.close());
  const ledger = createLedger(database, systemClock);
  const cloudLink = createCloudLink(
    () => [cloudTarget.parse(target)],
    (to) => createAwsCloud({ ...to, credentials }),
  );
  t.after(() => cloudLink.close());
  const look = createClaimSearch({ ledger, clock: systemClock, cloudLink, signal: new AbortController().signal });
  await look();
  const [claim] = await ledger.listClaims({});
  assert.equal(claim?.state, 'active');
  for (const { certificateId, status } of aws.account.state.certificates.values())
    assert.equal(status, certificateId === claim?.certificateId ? 'ACTIVE' : 'REVOKED');
  assert.equal(aws.account.state.certificates.size, 2, 'the answer to the first request was lost');
});
