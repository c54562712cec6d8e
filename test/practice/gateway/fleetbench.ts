import { generateKeyPairSync } from 'node:crypto';
import { decode, encode } from 'cborg';
import type { Clock } from '../../../app/contract/clock.ts';
import type { Account, Certificate } from '../../../app/practice/aws/account.ts';
import { createFaults } from '../../../app/practice/aws/faults.ts';
import { createBus } from '../../../app/practice/aws/gateway/bus.ts';
import type { Connection } from '../../../app/practice/aws/gateway/connection.ts';
import { answerFleet } from '../../../app/practice/aws/gateway/fleet.ts';
import { createGatewayLog } from '../../../app/practice/aws/gateway/log.ts';
import { templateHandlers } from '../../../app/practice/aws/iot/templates.ts';
import { createBlobs, createSpool } from '../../../app/practice/aws/keep/blobs.ts';
import { linksOf } from '../../../app/practice/aws/links.ts';
import { createSaver, emptyState, loadState } from '../../../app/practice/aws/store.ts';
import { makeCsr } from '../../../app/practice/devices/csr.ts';
import { systemClock } from '../../../main/clock.ts';

/** An account without a server: what the gateway hands on is handed on by hand. */
export async function openAccount(options: { stateFile?: string; clock?: Clock } = {}): Promise<Account> {
  const { stateFile, clock = systemClock } = options;
  const objects = stateFile === undefined ? undefined : `${stateFile}.objects`;
  const spool = createSpool(objects);
  const state = (stateFile === undefined ? undefined : await loadState(stateFile, spool, clock)) ?? emptyState();
  const saver = createSaver(state, stateFile, spool, clock);
  return {
    id: '123456789012',
    region: 'us-east-1',
    roleArn: undefined,
    endpoint: 'http://127.0.0.1:1',
    clock,
    faults: createFaults(),
    bus: createBus(),
    log: createGatewayLog(() => clock.now().getTime()),
    blobs: createBlobs(objects),
    functionProgram: new URL('../../../app/practice/aws/lambda/thread.ts', import.meta.url),
    spool,
    state,
    links: linksOf(state),
    rate: undefined,
    changed: saver.changed,
    saved: saver.saved,
    kept: saver.kept,
    run: () => {},
    rest: async () => {},
    wake: () => {},
    neighbours: () => [],
    closing: () => false,
  };
}

export const ownId = 'AWS::IoT::Certificate::Id';
/** The guide's template for claims: the thing after the serial number, the certificate that asks, a named policy. */
export const claimTemplate = {
  Parameters: {
    SerialNumber: { Type: 'String' },
    Model: { Type: 'String', Default: 'standard' },
    [ownId]: { Type: 'String' },
  },
  Mappings: { Sites: { standard: { Site: 'main', Port: 8883 }, large: { Site: 'hall' } } },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { 'Fn::Join': ['', ['device-', { Ref: 'SerialNumber' }]] },
        AttributePayload: { model: { Ref: 'Model' } },
      },
    },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: ownId }, Status: 'Active' } },
    policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }],
        },
      },
    },
  },
  DeviceConfiguration: { site: { 'Fn::FindInMap': ['Sites', { Ref: 'Model' }, 'Site'] }, room: '5' },
};

type Changes = Partial<Omit<Parameters<typeof templateHandlers.CreateProvisioningTemplate>[0], 'templateBody'>>;

/** A template of the account, enabled unless `changes` says otherwise. */
export function makeTemplate(
  account: Account,
  name: string,
  body: object = claimTemplate,
  changes: Changes = {},
): void {
  templateHandlers.CreateProvisioningTemplate(
    {
      templateName: name,
      templateBody: JSON.stringify(body),
      description: undefined,
      enabled: true,
      provisioningRoleArn: 'arn:aws:iam::123456789012:role/any',
      preProvisioningHook: undefined,
      tags: undefined,
      type: 'FLEET_PROVISIONING',
      ...changes,
    },
    account,
  );
}

export const claim: Certificate = {
  certificateId: 'c1a1'.repeat(16),
  der: '',
  status: 'ACTIVE',
  mode: 'DEFAULT',
  policies: [],
  createdAt: 0,
  modifiedAt: 0,
  version: 1,
};

export type Answer = { topic: string; value: Record<string, string> & { statusCode?: number } };
export type Device = {
  connection: Connection;
  /** Publishes, and has the one message that came back on this connection. */
  ask(topic: string, request: unknown): Promise<Answer>;
  /** As `ask`, with bytes as they are. */
  raw(topic: string, payload: Uint8Array): Promise<Answer>;
};

export const formatOf = (topic: string) => (topic.endsWith('/cbor') || topic.includes('/cbor/') ? 'cbor' : 'json');

/** A device that is connected with a claim. */
export function connect(account: Account, clientId = 'device', about: Partial<Connection> = {}): Device {
  const received: Answer[] = [];
  const connection: Connection = {
    account,
    clientId,
    certificate: claim,
    connectedAt: account.clock.now().getTime() / 1000,
    sourceIp: '127.0.0.1',
    sourcePort: 40_000,
    send: (topic, payload) => {
      const value = formatOf(topic) === 'cbor' ? decode(payload) : JSON.parse(Buffer.from(payload).toString('utf8'));
      received.push({ topic, value });
    },
    ...about,
  };
  const raw = async (topic: string, payload: Uint8Array): Promise<Answer> => {
    const before = received.length;
    await answerFleet(connection, topic, payload);
    const answers = received.slice(before);
    if (answers.length !== 1 || !answers[0]) throw new Error(`${answers.length} answers to ${topic}`);
    return answers[0];
  };
  return {
    connection,
    raw,
    ask: (topic, request) =>
      raw(topic, formatOf(topic) === 'cbor' ? encode(request) : Buffer.from(JSON.stringify(request))),
  };
}

export const csrTopic = '$aws/certificates/create-from-csr/json';
export const provisionTopic = (name: string, format = 'json') =>
  `$aws/provisioning-templates/${name}/provision/${format}`;

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
/** A request in PEM. `broken`: the last byte of its signature is another one. */
export function csrOf(name: string, broken = false): string {
  const der = makeCsr(key, `CN=${name}`);
  if (broken) der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** A certificate of AWS, and the token that goes with it. */
export async function certify(device: Device, name = 'unit'): Promise<{ token: string; certificateId: string }> {
  const { topic, value } = await device.ask(csrTopic, { certificateSigningRequest: csrOf(name) });
  if (topic !== `${csrTopic}/accepted`) throw new Error(JSON.stringify(value));
  return { token: value.certificateOwnershipToken ?? '', certificateId: value.certificateId ?? '' };
}
