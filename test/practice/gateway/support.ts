/** Devices that connect to the practice AWS's gateway: their keys and certificates by openssl, their MQTT by npm mqtt. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  GetRegistrationCodeCommand,
  type IoTClient,
  RegisterCACertificateCommand,
  RegisterCertificateWithoutCACommand,
  type RegistrationConfig,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Gateway, PracticeAws, PracticeAwsOptions } from '../../../app/practice/aws/index.ts';
import { idOfPem, type Pki } from '../pki.ts';
import { iotClient, pki, practice } from '../support.ts';

export type Bed = { aws: PracticeAws; gateway: Gateway; iot: IoTClient; keys: Pki };

/** A practice AWS with a gateway, and a CA named `ca` that openssl has. */
export async function bed(t: TestContext, options: Partial<PracticeAwsOptions> = {}): Promise<Bed> {
  const aws = await practice(t, { gateway: { port: 0 }, ...options });
  const keys = pki(t);
  keys.ca('ca');
  if (!aws.gateway) throw new Error('the gateway did not start');
  return { aws, gateway: aws.gateway, iot: iotClient(t, aws, 3), keys };
}

export type Device = { pem: string; id: string; key: string };

/** A certificate for the key that all of a bed's devices share. */
export function device({ keys }: Pick<Bed, 'keys'>, name: string, options: Parameters<Pki['issue']>[1] = {}): Device {
  const pem = keys.issue(name, options);
  return { pem, id: idOfPem(pem), key: keys.deviceKey() };
}

/** A device that is registered ACTIVE without a CA, with a policy (its statements) and perhaps a thing of its name. */
export async function registered(
  { iot, keys }: Pick<Bed, 'iot' | 'keys'>,
  name: string,
  { statements = anything, thing = false }: { statements?: readonly object[] | undefined; thing?: boolean } = {},
): Promise<Device & { arn: string }> {
  const made = device({ keys }, name);
  const { certificateArn: arn = '' } = await iot.send(
    new RegisterCertificateWithoutCACommand({ certificatePem: made.pem, status: 'ACTIVE' }),
  );
  if (statements.length > 0) {
    await iot.send(new CreatePolicyCommand({ policyName: name, policyDocument: policyText(statements) }));
    await iot.send(new AttachPolicyCommand({ policyName: name, target: arn }));
  }
  if (thing) {
    await iot.send(new CreateThingCommand({ thingName: name }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: name, principal: arn }));
  }
  return { ...made, arn };
}

export const anything = [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }];
/** A statement about resources of the account: `client/x`, `topic/x`, `topicfilter/x`. */
export const allow = (Action: string, ...resources: string[]) => ({
  ...{ Effect: 'Allow', Action },
  Resource: resources.map((one) => `arn:aws:iot:us-east-1:123456789012:${one}`),
});
export const policyText = (statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const setStatus = (iot: IoTClient, certificateId: string, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED') =>
  iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));

type CaOptions = {
  name?: string;
  auto?: boolean;
  active?: boolean;
  mode?: 'DEFAULT' | 'SNI_ONLY';
  /** With a template: just-in-time provisioning. */
  config?: (roleArn: string) => RegistrationConfig;
};

/** Registers a CA that openssl has, with automatic registration or without. Returns its id. */
export async function registerCa(
  { iot, keys, aws }: Pick<Bed, 'iot' | 'keys' | 'aws'>,
  { name = 'ca', auto = false, active = true, mode = 'DEFAULT', config }: CaOptions = {},
): Promise<string> {
  const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
  const { certificateId = '' } = await iot.send(
    new RegisterCACertificateCommand({
      caCertificate: readFileSync(join(keys.folder, `${name}.pem`), 'utf8'),
      certificateMode: mode,
      ...(mode === 'DEFAULT' && { verificationCertificate: keys.issue(registrationCode, { by: name }) }),
      setAsActive: active,
      allowAutoRegistration: auto,
      ...(config && { registrationConfig: config(aws.roleArn) }),
    }),
  );
  return certificateId;
}

/** Connects once and does not come again. Rejects with what the client says. */
export async function connect(
  t: TestContext,
  { gateway }: Pick<Bed, 'gateway'>,
  who: Device | undefined,
  clientId: string,
  options: IClientOptions & { servername?: string } = {},
): Promise<MqttClient> {
  const client = mqtt.connect({
    ...{ protocol: 'mqtts', host: 'localhost', port: gateway.port, servername: 'localhost' },
    ...{ ca: readFileSync(gateway.rootCaPem), reconnectPeriod: 0, protocolVersion: 4, clientId },
    ...(who && { cert: who.pem, key: who.key }),
    ...options,
  });
  t.after(() => client.end(true));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
}

/** How an attempt to connect ends: `connected`, or the client's own words. */
export async function attempt(...args: Parameters<typeof connect>): Promise<string> {
  try {
    (await connect(...args)).end(true);
    return 'connected';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The next message on a topic, as text. */
export const nextOn = (client: MqttClient, topic: string): Promise<string> =>
  new Promise((resolve) => {
    const take = (on: string, payload: Buffer) => {
      if (on !== topic) return;
      client.off('message', take);
      resolve(payload.toString());
    };
    client.on('message', take);
  });

export const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => resolve());
  });

/** The reasons of the log's failures. */
export const reasons = (aws: PracticeAws): (string | undefined)[] =>
  aws
    .log()
    .filter(({ status }) => status === 'Failure')
    .map(({ reason }) => reason);

/**
 * Resolves when the log has a failure with such a reason, after the entry `since`. What a client sees may come before
 * its entry.
 */
export async function logged(aws: PracticeAws, reason: RegExp, since = 0): Promise<void> {
  const failures = () => aws.log().filter(({ seq, status }) => seq > since && status === 'Failure');
  for (let tries = 0; tries < 500; tries += 1) {
    if (failures().some((entry) => reason.test(entry.reason ?? ''))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no entry says ${reason}: ${JSON.stringify(failures().slice(-3))}`);
}
