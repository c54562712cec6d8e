/**
 * What AWS IoT does in the name of a role: registration tasks and provisioning templates. The managed policy AWSIoTThingsRegistration names the actions; it
 * has none of S3, so that the role of a task also needs `s3:GetObject` on the input file.
 */
import { type Account, iotArn, type Task } from '../account.ts';
import type { Resource } from '../iot/grammar.ts';
import type { Need } from './actions.ts';
import { refusalOf } from './guard.ts';
import { arnOf, type Identity } from './identities.ts';

/** The role with this ARN, if there is one. */
export const roleOf = (account: Account, roleArn: string): Identity | undefined =>
  [...account.state.identities.values()].find(
    (identity) => identity.kind === 'role' && arnOf(account.id, identity) === roleArn,
  );

/** The first thing that the role may not do, in AWS's words. Without `account.roleArn` any role will do. */
export function roleRefusal(account: Account, roleArn: string, needs: readonly Need[]): string | undefined {
  const role = roleOf(account, roleArn);
  if (!role) return account.roleArn === undefined ? undefined : `The role ${roleArn} cannot be assumed.`;
  if (role.policy === undefined) return undefined;
  for (const need of needs) {
    const refusal = refusalOf(account, role, need);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Why a task cannot begin with its role, in a sentence for its `message`. */
export function taskRefusal(account: Account, { roleArn, inputFileBucket, inputFileKey }: Task): string | undefined {
  const resource = `arn:aws:s3:::${inputFileBucket}/${inputFileKey}`;
  return roleRefusal(account, roleArn, [{ action: 's3:GetObject', resource }]);
}

/** What one unit needs, whose template is filled. */
export function provisioningNeeds(account: Account, resources: readonly Resource[]): Need[] {
  const arn = (kind: string, value: unknown) => iotArn(account, `${kind}/${typeof value === 'string' ? value : '*'}`);
  const has = (kind: string) => resources.some(({ type }) => type === `AWS::IoT::${kind}`);
  const needs = resources.flatMap(({ type, properties }): Need[] => {
    const { CertificateId, CertificateSigningRequest, ThingName, PolicyName, PolicyDocument } = properties;
    switch (type) {
      case 'AWS::IoT::Certificate':
        if (CertificateSigningRequest !== undefined) return [{ action: 'iot:CreateCertificateFromCsr', resource: '*' }];
        return CertificateId === undefined
          ? [{ action: 'iot:RegisterCertificate', resource: '*' }]
          : [{ action: 'iot:UpdateCertificate', resource: arn('cert', CertificateId) }];
      case 'AWS::IoT::Thing': {
        const thing = arn('thing', ThingName);
        const groups = [properties.ThingGroups ?? []].flat();
        return [
          { action: 'iot:CreateThing', resource: thing },
          ...groups.flatMap((group) =>
            [thing, arn('thinggroup', group)].map((resource) => ({ action: 'iot:AddThingToThingGroup', resource })),
          ),
          ...(properties.BillingGroup === undefined
            ? []
            : [
                { action: 'iot:AddThingToBillingGroup', resource: thing },
                { action: 'iot:AddThingToBillingGroup', resource: arn('billinggroup', properties.BillingGroup) },
              ]),
        ];
      }
      case 'AWS::IoT::Policy':
        return [
          ...(PolicyDocument === undefined
            ? []
            : [{ action: 'iot:CreatePolicy', resource: arn('policy', PolicyName) }]),
          { action: 'iot:AttachPolicy', resource: arn('cert', undefined) },
        ];
      default:
        return [];
    }
  });
  return [
    { action: 'iot:RegisterThing', resource: '*' },
    ...needs,
    ...(has('Thing') && has('Certificate') ? [{ action: 'iot:AttachThingPrincipal', resource: '*' }] : []),
  ];
}
