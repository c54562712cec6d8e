/** The generated policies suffice for all that a way does; each permission left out stops it, and is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateThingCommand } from '@aws-sdk/client-iot';
import type { UnitWay } from '../../app/contract/model.ts';
import { uses } from '../../app/registration/account/permissions.ts';
import { iotClient } from '../practice/support.ts';
import { type PermissionBed, permissionBed } from './permissionbed.ts';

/** Trouble that does not come as a refusal of the call. */
const throwIf = (code: string | null | undefined): void => {
  if (code) throw Object.assign(new Error(code), { code });
};

/** Makes a batch of the unit and asks what it lacks. The result submits it, as often as is wanted. */
async function batchOf({ client, station, needs }: PermissionBed, way: UnitWay | 'bulk') {
  const { batchId } = await client.call('batches.make', { way });
  const asks = ['iot:GetPolicy', 'iot:DescribeThingType', 'iot:DescribeThingGroup', 'iot:DescribeBillingGroup'];
  await needs(asks, async () => {
    const { ok, warnings } = await client.call('batches.check', { batchId });
    assert.ok(ok);
    throwIf(warnings.some(({ code }) => code === 'notAllowed') ? 'cloud.denied' : null);
  });
  return async () => (await station.parts.batchJobs.submit({ batchId, actor: 'test' })).done;
}

/** What follows a registration in every way: the check of the registry, a lot of certificates, a revocation, its CRL. */
async function afterwards({ client, station, needs }: PermissionBed, unitSerial: string, hasCa = true) {
  const { driftJobs, certificateJobs, crlJobs } = station.parts;
  assert.equal((await client.call('units.show', { unitSerial })).state, 'registered');
  const asks = ['iot:ListCertificatesByCA', ...(hasCa ? ['iot:DescribeCertificate', 'iot:ListPrincipalThings'] : [])];
  await needs(asks, async () => {
    await client.call('drift.check', { things: true });
    throwIf((await driftJobs.running())?.error?.split(':')[0]);
  });
  const asked = { unitSerials: [unitSerial], perSecond: 1000 };
  let denied: string | undefined;
  await needs(['iot:UpdateCertificate'], async () => {
    const { jobId } = denied
      ? await client.call('cloud.resumeCertificates', { jobId: denied })
      : await client.call('cloud.setCertificates', { act: 'deactivate', ...asked });
    denied = jobId;
    throwIf((await certificateJobs.idle(jobId)).error?.code);
  });
  const revoke = { act: 'revoke', reason: 'keyCompromise', note: 'lost', ...asked } as const;
  const { jobId } = await client.call('cloud.setCertificates', revoke);
  assert.equal((await certificateJobs.idle(jobId)).done, 1);
  await crlJobs.idle();
  await needs(['s3:PutObject arn:aws:s3:::birthmark-practice/crl/*'], async () => {
    await client.call('crl.make', {});
    await crlJobs.idle();
    throwIf((await client.call('crl.status', {})).trouble);
  });
  assert.equal((await client.call('crl.status', {})).cloudWaiting, 0, 'AWS was told');
}

const registeringCa = ['iot:GetRegistrationCode', 'iot:RegisterCACertificate'];
const ofPerson = ['iot:StopThingRegistrationTask', 's3:AbortMultipartUpload'];
/** The file of one unit goes in one piece. */
const ofParts = ['s3:ListBucketMultipartUploads', 's3:ListMultipartUploadParts'];
const everyWay = [
  ...['iot:CreatePolicy', 'iot:CreatePolicyVersion', 'iot:DeleteCACertificate', 'iot:DeletePolicyVersion'],
  ...['iot:GetPolicyVersion', 'iot:SetDefaultPolicyVersion'],
  ...['iot:DescribeEndpoint', 'iot:ListCACertificates', 'iot:ListPolicies', 'iot:ListPolicyVersions'],
  ...['iot:UpdateCACertificate'],
];

test('bulk', async (t) => {
  const bed = await permissionBed(t, 'bulk');
  const { aws, client, needs, pass, untried } = bed;
  await needs(['iot:GetRegistrationCode', 'iot:RegisterCACertificate'], () => client.call('cloud.registerCas', {}));
  const serial = await pass();
  const submit = await batchOf(bed, 'bulk');
  const order = [
    ...['iot:DescribeCACertificate', 's3:ListBucket', 's3:PutObject arn:aws:s3:::birthmark-practice/batches/*'],
    ...['s3:GetObject', 'iot:ListThingRegistrationTasks', 'iot:StartThingRegistrationTask', 'iam:PassRole'],
    ...['iot:DescribeThingRegistrationTask', 'iot:ListThingRegistrationTaskReports'],
  ];
  await needs(order, () => {
    // The answer to the upload is lost, so that the file is found there and compared.
    aws.setFault(null);
    aws.setFault({ kind: 'hangup', when: 'after', operation: 'PutObject', times: 1 });
    return submit();
  });
  aws.setFault(null);
  await afterwards(bed, serial);
  assert.deepEqual(untried(), [...everyWay, ...ofPerson, ...ofParts].sort());
});

/** Each is met by a unit that an earlier try left half done, whose thing someone else made. */
const things = [
  ...['iot:CreateThing', 'iot:DescribeCertificate', 'iot:DescribeThing', 'iot:UpdateThing', 'iot:AttachPolicy'],
  ...['iot:AddThingToThingGroup', 'iot:AddThingToBillingGroup', 'iot:AttachThingPrincipal'],
];
/** After a lost answer: has AWS done it? */
const looks = ['iot:DescribeCertificate', 'iot:ListPrincipalThings', 'iot:ListAttachedPolicies'];
const calls = {
  registerThing: ['iot:DescribeCACertificate', 'iot:RegisterThing', ...looks],
  registerCertificate: ['iot:DescribeCACertificate', 'iot:RegisterCertificate', ...things],
  withoutCa: ['iot:RegisterCertificateWithoutCA', ...things],
};

for (const way of ['registerThing', 'registerCertificate', 'withoutCa'] satisfies UnitWay[])
  test(way, async (t) => {
    const bed = await permissionBed(t, way);
    const { aws, client, needs, pass, untried } = bed;
    await client.call('cloud.registerCas', {});
    const serial = await pass();
    const submit = await batchOf(bed, way);
    if (way !== 'registerThing') await iotClient(t, aws).send(new CreateThingCommand({ thingName: serial }));
    aws.setFault({ kind: 'hangup', when: 'after', operation: 'RegisterThing', times: 3 });
    await needs(calls[way], submit);
    await afterwards(bed, serial, way !== 'withoutCa');
    const hasCa = way === 'withoutCa' ? ['iot:DescribeCACertificate', 'iot:ListPrincipalThings'] : [];
    const ofAws = way === 'registerThing' ? things.filter((action) => !looks.includes(action)) : [];
    assert.deepEqual(untried(), [...everyWay, ...hasCa, ...ofAws, ...registeringCa].sort());
  });

test('what every station does: the endpoint, CAs and policies', async (t) => {
  const bed = await permissionBed(t, 'jitr');
  const { client, station, needs, untried } = bed;
  const { issuerId } = station.parts.authority.issuer;
  await needs(['iot:DescribeEndpoint'], () => client.call('targets.takeEndpoint', { name: 'fra' }));
  await needs(['iot:ListCACertificates'], async () => {
    const { cas } = await client.call('cloud.cas', {});
    throwIf(cas[0]?.at[0]?.error?.code);
  });
  await needs(['iot:DescribeCACertificate', ...registeringCa], () => client.call('cloud.registerCas', {}));
  const change = (act: 'deactivate' | 'delete') => () => client.call('cloud.changeCa', { issuerId, act });
  await needs(['iot:UpdateCACertificate'], change('deactivate'));
  await needs(['iot:DeleteCACertificate'], change('delete'));

  await needs(['iot:ListPolicies'], () => client.call('policies.inAws', {}));
  const push = () => client.call('policies.push', { name: 'device', prune: true });
  const versions = [
    ['iot:GetPolicy', 'iot:CreatePolicy'],
    ['iot:ListPolicyVersions', 'iot:CreatePolicyVersion'],
    ...[[], [], []],
    ['iot:DeletePolicyVersion'],
  ];
  for (const [index, actions] of versions.entries()) {
    const Statement = [{ Effect: 'Allow', Action: 'iot:Connect', Resource: `arn:aws:iot:*:*:client/v${index}` }];
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.call('documents.save', { kind: 'policy', name: 'device', form: 'iot', text });
    await needs(actions, push);
  }
  const version = { name: 'device', versionId: '5' };
  await needs(['iot:GetPolicyVersion'], () => client.call('policies.versionText', version));
  await needs(['iot:SetDefaultPolicyVersion'], () => client.call('policies.setDefault', version));
  const ofUnits = ['iot:DescribeCertificate', 'iot:ListCertificatesByCA', 'iot:ListPrincipalThings'];
  // The watch of first connections asks only once a unit waits, and the allow-list only for units of such a recipe.
  const ofWatch = [...uses.connections, ...uses.allowList].map(({ action }) => action);
  const others = new Set([...ofUnits, ...ofWatch, 'iot:UpdateCertificate', 's3:PutObject']);
  assert.deepEqual(untried(), [...others].sort());
});

test('templates, and a CA that provisions with one', async (t) => {
  const { client, station, needs, untried } = await permissionBed(t, 'jitp');
  const starters = await client.call('templates.starters', {});
  const { text: first = '' } = starters.find(({ form }) => form === 'jitp') ?? {};
  const push = () => client.call('templates.push', { name: 'device', prune: true });
  const versions = [
    ['iot:DescribeProvisioningTemplate', 'iot:CreateProvisioningTemplate', 'iam:PassRole'],
    ['iot:ListProvisioningTemplateVersions', 'iot:CreateProvisioningTemplateVersion'],
    ...[[], [], []],
    ['iot:DeleteProvisioningTemplateVersion'],
  ];
  for (const [index, actions] of versions.entries()) {
    const text = `${first}${' '.repeat(index)}`;
    await client.call('documents.save', { kind: 'template', name: 'device', form: 'jitp', text });
    await needs(actions, push);
  }
  const lookAndSet = ['iot:DescribeProvisioningTemplateVersion', 'iot:UpdateProvisioningTemplate'];
  await needs(lookAndSet, () => client.call('templates.setDefault', { name: 'device', version: 5 }));
  await needs(['iot:ListProvisioningTemplates'], () => client.call('templates.inAws', {}));
  const template = { templateName: 'device' };
  await needs([], () => client.call('cloud.registerCas', { autoRegistration: true, template }));
  const { issuerId } = station.parts.authority.issuer;
  await client.call('cloud.changeCa', { issuerId, act: 'removeTemplate' });
  await needs(['iot:DeleteProvisioningTemplate'], () => client.call('templates.removeInAws', { name: 'device' }));
  assert.deepEqual(
    untried().filter((action) => /Template|Role/.test(action)),
    [],
  );
});
