/** The ways by which AWS comes to know a device that it has never seen: what each needs in the account, and of a device. */
import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  type IoTClient,
  RegisterCACertificateCommand,
} from '@aws-sdk/client-iot';
import type { TableItem } from '../../../app/practice/aws/nouns.ts';
import { makeCsr } from '../../../app/practice/devices/csr.ts';
import { claimPatiently } from '../../../app/practice/devices/net/claim.ts';
import type { Patience } from '../../../app/practice/devices/net/connect.ts';
import type { ConnectOptions, Gateway, Identity } from '../../../app/practice/devices/net/identity.ts';
import { deviceTable, hookTemplate, jitrTemplate } from '../../../app/registration/account/cloudformation.ts';
import { hookRow } from '../../../app/registration/account/hook.ts';
import { allowListRow } from '../../../app/registration/account/jitr.ts';
import type { Forge } from '../practice/forge.ts';
import type { StormAws } from './aws.ts';
import type { Unit } from './units.ts';

export const ways = ['jitp', 'jitr', 'claim', 'trustedUser'] as const;
export type Way = (typeof ways)[number];

/** What a device shows when it connects as itself; undefined if it never got that far. */
export type Identify = (unit: Unit, how: How) => Promise<Identity | undefined>;
type How = { gateway: Gateway; options: ConnectOptions; patience: Patience };

const own = 'AWS::IoT::Certificate::Id';
const table = deviceTable('storm');
const row = (id: string, more: TableItem = {}): TableItem => ({ id: { S: id }, ...more });
const templateName = 'storm';

/** Makes the account ready for these units, of which only some are on the allow-list. */
export async function prepare(way: Way, aws: StormAws, forge: Forge, units: readonly Unit[]): Promise<Identify> {
  const { iot, place } = aws;
  const { roleArn, policyName, region } = place;
  const target = { name: 'storm', region, bucket: 'b', roleArn, policyNames: [policyName] };
  const listed = units.filter(({ isListed }) => isListed).map(({ name }) => name);
  const ca = (template?: string) =>
    iot.send(
      new RegisterCACertificateCommand({
        ...{ caCertificate: forge.ca, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true },
        ...(template && { registrationConfig: { templateBody: template, roleArn } }),
      }),
    );
  if (way === 'jitp') {
    await ca(template('AWS::IoT::Certificate::CommonName', policyName));
    return async ({ certificatePem, key }) => ({ certificatePem, key });
  }
  if (way === 'jitr') {
    const items = listed.map((name) => row(allowListRow.unit(name)));
    await aws.setUp({ stack: JSON.stringify(jitrTemplate(target)), table, items });
    await ca();
    return async ({ certificatePem, key }) => ({ certificatePem, key });
  }
  const stack = hookTemplate(target) as { Parameters: { HookClaims: { Default: string } } };
  if (way === 'trustedUser') stack.Parameters.HookClaims.Default = 'any';
  const items = listed.map((name) => row(hookRow.serial(name)));
  await aws.setUp({ stack: JSON.stringify(stack), table, items });
  await iot.send(
    new CreateProvisioningTemplateCommand({
      ...{ templateName, enabled: true, provisioningRoleArn: roleArn },
      templateBody: template('SerialNumber', policyName),
      preProvisioningHook: { targetArn: `arn:aws:lambda:${region}:123456789012:function:birthmark-hook-storm` },
    }),
  );
  const claim = way === 'claim' ? await commonClaim(aws, listed.length) : undefined;
  return async ({ name, key }, { gateway, options, patience }) => {
    const der = makeCsr(key, name).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
    const csrPem = `-----BEGIN CERTIFICATE REQUEST-----\n${der}\n-----END CERTIFICATE REQUEST-----\n`;
    const request = { template: templateName, parameters: { SerialNumber: name }, csrPem, key };
    return claimPatiently(claim ?? (await freshClaim(iot)), gateway, request, options, patience);
  };
}

const template = (name: string, policyName: string): string =>
  JSON.stringify({
    Parameters: { [own]: { Type: 'String' }, [name]: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: name } } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: own }, Status: 'Active' } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
  });

/** One claim for all, good for as many units as are listed. */
async function commonClaim(aws: StormAws, maxUnits: number): Promise<Identity> {
  const { iot } = aws;
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
  });
  await iot.send(new CreatePolicyCommand({ policyName: 'claim', policyDocument }));
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new AttachPolicyCommand({ policyName: 'claim', target: made.certificateArn }));
  const counts = { used: { N: '0' }, maxUnits: { N: String(maxUnits) } };
  await aws.setUp({ table, items: [row(hookRow.claim(made.certificateId ?? ''), counts)] });
  return { certificatePem: made.certificatePem ?? '', key: made.keyPair?.PrivateKey ?? '' };
}

/** The app of a trusted user, which has no other answer to a dead network than to ask again. */
async function freshClaim(iot: IoTClient): Promise<Identity> {
  for (;;) {
    try {
      const made = await iot.send(new CreateProvisioningClaimCommand({ templateName }));
      return { certificatePem: made.certificatePem ?? '', key: made.keyPair?.PrivateKey ?? '' };
    } catch (error) {
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
