/**
 * What a registration task does in the name of its role. The managed policy AWSIoTThingsRegistration names the actions; it
 * has none of S3, so that a role also needs `s3:GetObject` on the input file.
 */
import type { Account, Task } from '../account.ts';
import type { Need } from './actions.ts';
import { refusalOf } from './guard.ts';
import { arnOf, type Identity } from './identities.ts';

/** The role with this ARN, if there is one. */
export const roleOf = (account: Account, roleArn: string): Identity | undefined =>
  [...account.state.identities.values()].find(
    (identity) => identity.kind === 'role' && arnOf(account.id, identity) === roleArn,
  );

/** Why a task cannot begin with its role, in a sentence for its `message`. Without `roleArn` any role will do. */
export function taskRefusal(account: Account, task: Task): string | undefined {
  const role = roleOf(account, task.roleArn);
  if (!role) return account.roleArn === undefined ? undefined : `The role ${task.roleArn} cannot be assumed.`;
  const resource = `arn:aws:s3:::${task.inputFileBucket}/${task.inputFileKey}`;
  return refusalOf(account, role, { action: 's3:GetObject', resource });
}

/** The first thing that a line needs and its role may not do, in AWS's words. */
export function lineRefusal(account: Account, task: Task, parameters: ReadonlyMap<string, string>): string | undefined {
  const role = roleOf(account, task.roleArn);
  if (role?.policy === undefined) return undefined;
  for (const need of lineNeeds(account, resourcesOf(task), parameters)) {
    const refusal = refusalOf(account, role, need);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** A task has a million lines and one template. */
const templates = new WeakMap<Task, TemplateResource[]>();
function resourcesOf(task: Task): TemplateResource[] {
  const known = templates.get(task);
  if (known) return known;
  const { Resources } = JSON.parse(task.templateBody) as { Resources: Record<string, TemplateResource> };
  const resources = Object.values(Resources);
  templates.set(task, resources);
  return resources;
}

function lineNeeds(
  account: Account,
  resources: readonly TemplateResource[],
  parameters: ReadonlyMap<string, string>,
): Need[] {
  const arn = (kind: string, value: unknown) => {
    const name = textOf(value, parameters) ?? '*';
    return `arn:aws:iot:${account.region}:${account.id}:${kind}/${name}`;
  };
  const has = (type: string) => resources.some(({ Type }) => Type === `AWS::IoT::${type}`);
  const needs = resources.flatMap(({ Type, Properties = {} }): Need[] => {
    const { CertificateId, CertificateSigningRequest, ThingName, PolicyName, PolicyDocument } = Properties;
    switch (Type) {
      case 'AWS::IoT::Certificate':
        if (CertificateSigningRequest !== undefined) return [{ action: 'iot:CreateCertificateFromCsr', resource: '*' }];
        return CertificateId === undefined
          ? [{ action: 'iot:RegisterCertificate', resource: '*' }]
          : [{ action: 'iot:UpdateCertificate', resource: arn('cert', CertificateId) }];
      case 'AWS::IoT::Thing': {
        const thing = arn('thing', ThingName);
        const groups = [Properties.ThingGroups ?? []].flat();
        return [
          { action: 'iot:CreateThing', resource: thing },
          ...groups.flatMap((group) =>
            [thing, arn('thinggroup', group)].map((resource) => ({ action: 'iot:AddThingToThingGroup', resource })),
          ),
          ...(Properties.BillingGroup === undefined
            ? []
            : [
                { action: 'iot:AddThingToBillingGroup', resource: thing },
                { action: 'iot:AddThingToBillingGroup', resource: arn('billinggroup', Properties.BillingGroup) },
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

type TemplateResource = { Type: string; Properties?: Record<string, unknown> };

/** Text, or the value of a `Ref`. */
function textOf(value: unknown, parameters: ReadonlyMap<string, string>): string | undefined {
  if (typeof value === 'string') return value;
  const name = typeof value === 'object' && value !== null && 'Ref' in value ? value.Ref : undefined;
  return typeof name === 'string' ? parameters.get(name) : undefined;
}
