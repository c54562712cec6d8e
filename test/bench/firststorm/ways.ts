/** The ways by which AWS comes to know a device that it has never seen: what each needs in the account, and of a device. */
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  CreateThingCommand,
  type IoTClient,
  RegisterCACertificateCommand,
  RegisterCertificateWithoutCACommand,
  RegisterThingCommand,
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
import type { StormAccount, StormAws } from './aws.ts';
import type { Unit } from './units.ts';

/** `registerThing` stands for all ways by which the station registers a unit: to its device they look alike. */
export const ways = ['jitp', 'jitr', 'claim', 'trustedUser', 'registerThing', 'withoutCa'] as const;
export type Way = (typeof ways)[number];
/** Accounts that the units of a way connect to. */
export const accountsOf = (way: Way): readonly string[] =>
  way === 'withoutCa' ? ['123456789012', '210987654321'] : ['123456789012'];

/** What a device shows when it connects as itself; undefined if it never got that far. */
export type Identify = (unit: Unit, how: How) => Promise<Identity | undefined>;
type How = { gateway: Gateway; options: ConnectOptions; patience: Patience };

const own = 'AWS::IoT::Certificate::Id';
const table = deviceTable('storm');
const row = (id: string, more: TableItem = {}): TableItem => ({ id: { S: id }, ...more });
const templateName = 'storm';

/** Makes the account ready for these units, of which only some are on the allow-list. */
export async function prepare(way: Way, aws: StormAws, forge: Forge, units: readonly Unit[]): Promise<Identify> {
  const { iot, place } = aws.accounts[0]!;
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
  if (way === 'registerThing' || way === 'withoutCa') {
    await Promise.all(aws.accounts.map((account) => registerAll(way, account, forge.ca, units)));
    await aws.setUp({});
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

/** What the station does with units that passed, before their devices come. Those that are not listed are left out. */
async function registerAll(way: Way, { iot, place }: StormAccount, ca: string, units: readonly Unit[]): Promise<void> {
  const { policyName } = place;
  if (way === 'registerThing')
    await iot.send(
      new RegisterCACertificateCommand({ caCertificate: ca, certificateMode: 'SNI_ONLY', setAsActive: true }),
    );
  const templateBody = JSON.stringify({
    Parameters: { Name: { Type: 'String' }, Pem: { Type: 'String' }, Ca: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Name' } } },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificatePem: { Ref: 'Pem' }, CACertificatePem: { Ref: 'Ca' }, Status: 'ACTIVE' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
  });
  const register = async ({ name: thingName, certificatePem }: Unit): Promise<void> => {
    if (way === 'registerThing') {
      const parameters = { Name: thingName, Pem: certificatePem, Ca: ca };
      return void (await iot.send(new RegisterThingCommand({ templateBody, parameters })));
    }
    const made = await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem, status: 'ACTIVE' }));
    const principal = made.certificateArn ?? '';
    await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
    await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  };
  const queue = units.filter(({ isListed }) => isListed);
  const work = async () => {
    for (let unit = queue.shift(); unit; unit = queue.shift()) await register(unit);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** One claim for all, good for as many units as are listed. */
async function commonClaim(aws: StormAws, maxUnits: number): Promise<Identity> {
  const { iot } = aws.accounts[0]!;
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
