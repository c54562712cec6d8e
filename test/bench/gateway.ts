/** The device gateway: first connections a second by each way, and what a connection that is held costs. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  IoTClient,
  RegisterCACertificateCommand,
} from '@aws-sdk/client-iot';
import { deviceTable, jitrTemplate } from '../../app/registration/account/cloudformation.ts';
import { allowListRow } from '../../app/registration/account/jitr.ts';
import { createPki } from '../practice/pki.ts';
import type { SetUp } from './firststorm/awschild.ts';
import { type Raw, rawConnect } from './gateway/raw.ts';
import { createForge, type Forge } from './practice/forge.ts';

type Place = {
  endpoint: string;
  region: string;
  roleArn: string;
  port: number;
  rootCaPem: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
type Memory = { rss: number; heapUsed: number; external: number; cpu: { user: number; system: number } };

const atOnce = 20;
const perWay = 300;
const halfOpen = 1000;
const kibi = 1024;

/** `gateway:2000` holds 2,000 connections. Each takes a file on either side. */
export async function benchGateway(held = 10_000): Promise<void> {
  const child = fork(join(import.meta.dirname, 'gateway/gatewaychild.ts'));
  const hear = <T>() => new Promise<T>((resolve) => child.once('message', resolve as (message: unknown) => void));
  const place = await hear<Place>();
  const memory = (): Promise<Memory> => {
    const answer = hear<Memory>();
    child.send('memory');
    return answer;
  };
  const { endpoint, region, credentials } = place;
  const iot = new IoTClient({ endpoint, region, credentials, maxAttempts: 3 });
  const keys = createPki();
  try {
    const forge = createForge();
    const ca = readFileSync(place.rootCaPem);
    const contextOf = (cert: string, key: string): SecureContext => createSecureContext({ ca, cert, key });
    const claim = await prepare(iot, place, forge);
    console.log(`gateway: ${atOnce} devices at once; load ${loadavg()[0]?.toFixed(1)} on this machine`);

    console.log(
      `open files: at most ${mostFiles()} a process; the gateway and its devices have one for each connection`,
    );
    const known = contextOf(claim.certificatePem ?? '', claim.keyPair?.PrivateKey ?? '');
    await timed('known certificate', perWay, async (n) => done(await rawConnect(place.port, known, `known-${n}`)));
    await timed('just-in-time provisioning', perWay, async (n) => {
      const context = contextOf(forge.issue(`jitp-${n}`), forge.key);
      if (await rawConnect(place.port, context, `jitp-${n}`)) throw new Error('the first connection was not dropped');
      await done(await rawConnect(place.port, context, `jitp-${n}`));
    });
    const listed = createForge();
    await prepareJitr(iot, place, listed.ca, async (wish) => {
      const answer = hear();
      child.send(wish);
      await answer;
    });
    await timed('just-in-time registration', perWay, async (n) => {
      const context = contextOf(listed.issue(`jitr-${n}`), listed.key);
      // It is dropped until the function of the account has activated it. Each try runs the function once more, so that
      // devices without a growing pause would keep a busy gateway from all others.
      for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
        const device = await rawConnect(place.port, context, `jitr-${n}`);
        if (device) return device.end();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    });
    const csr = keys.csr('claimed');
    const claimed = async (context: SecureContext, name: string) => {
      const certificate = await provision(await rawConnect(place.port, context, `claim-${name}`), csr, name);
      await done(await rawConnect(place.port, contextOf(certificate, keys.deviceKey()), name));
    };
    await timed('claim and certificate request', perWay, (n) => claimed(known, `claimed-${n}`));
    await timed('trusted user', perWay, async (n) => {
      const made = await iot.send(new CreateProvisioningClaimCommand({ templateName: 'fleet' }));
      await claimed(contextOf(made.certificatePem ?? '', made.keyPair?.PrivateKey ?? ''), `trusted-${n}`);
    });

    const before = await memory();
    const startedMs = performance.now();
    const connections: (Raw | undefined)[] = [];
    await inTurns(held, async (n) => {
      connections.push(await rawConnect(place.port, known, `held-${n}`));
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const after = await memory();
    const refused = connections.filter((one) => one === undefined).length;
    const each = (bytes: number) => `${(bytes / held / kibi).toFixed(1)} KiB`;
    console.log(
      `${held} connections held, ${refused} refused, in ${seconds.toFixed(1)} s: ${each(after.rss - before.rss)} of ` +
        `memory each, of it ${each(after.heapUsed - before.heapUsed)} JavaScript and ${each(after.external - before.external)} buffers`,
    );
    const [first] = connections;
    await first?.ask({ cmd: 'pingreq' }, 'pingresp');
    await besideHalfOpen(place.port, memory, async () => done(await rawConnect(place.port, known, 'beside')));
    for (const one of connections) one?.socket.destroy();
  } finally {
    iot.destroy();
    keys.remove();
    child.send('end');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

/** TCP connections that say nothing, and ones that have begun a handshake: the gateway gives each ten seconds. */
async function besideHalfOpen(port: number, memory: () => Promise<Memory>, act: () => Promise<void>): Promise<void> {
  const before = await memory();
  const sockets = Array.from({ length: halfOpen }, (_, n) => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    socket.on('data', () => {});
    if (n % 2 === 0) socket.write(Buffer.from('16030100800100007c', 'hex'));
    return socket;
  });
  const beganMs = performance.now();
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  const actMs = performance.now();
  await act();
  const tookMs = performance.now() - actMs;
  const during = await memory();
  await Promise.all(sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve))));
  const seconds = (performance.now() - beganMs) / 1000;
  const after = await memory();
  const mib = (bytes: number) => `${(bytes / kibi / kibi).toFixed(1)} MiB`;
  console.log(
    `${halfOpen} half-open connections: ${mib(during.rss - before.rss)} of memory, a device beside them is in after ` +
      `${tookMs.toFixed(0)} ms; all ended after ${seconds.toFixed(1)} s, then ${mib(after.rss - before.rss)} more than before`,
  );
}

const mostFiles = (): string =>
  /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 'unknown';

/** What the station generates for just-in-time registration, with these units on its list. */
async function prepareJitr(
  iot: IoTClient,
  { region, roleArn }: Place,
  caCertificate: string,
  setUp: (wish: SetUp) => Promise<void>,
): Promise<void> {
  // The policy of the devices is that of the other ways.
  const target = { name: 'bench', region, bucket: 'bench', roleArn, policyNames: ['all'] };
  const items = Array.from({ length: perWay }, (_, n) => ({ id: { S: allowListRow.unit(`jitr-${n + 1}`) } }));
  await setUp({ stack: JSON.stringify(jitrTemplate(target)), table: deviceTable('bench'), items });
  await iot.send(
    new RegisterCACertificateCommand({
      ...{ caCertificate, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true },
    }),
  );
}

/** A CA with just-in-time provisioning, a fleet template, and an ACTIVE certificate that may do everything. */
async function prepare(iot: IoTClient, { roleArn }: Place, forge: Forge) {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
  });
  await iot.send(new CreatePolicyCommand({ policyName: 'all', policyDocument }));
  const template = (name: object) =>
    JSON.stringify({
      Parameters: {
        'AWS::IoT::Certificate::Id': { Type: 'String' },
        [Object.values(name)[0] as string]: { Type: 'String' },
      },
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: name } },
        certificate: {
          Type: 'AWS::IoT::Certificate',
          Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
        },
        policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'all' } },
      },
    });
  await iot.send(
    new CreateProvisioningTemplateCommand({
      ...{ templateName: 'fleet', enabled: true, provisioningRoleArn: roleArn },
      templateBody: template({ Ref: 'SerialNumber' }),
    }),
  );
  await iot.send(
    new RegisterCACertificateCommand({
      ...{ caCertificate: forge.ca, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true },
      registrationConfig: { templateBody: template({ Ref: 'AWS::IoT::Certificate::CommonName' }), roleArn },
    }),
  );
  const claim = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new AttachPolicyCommand({ policyName: 'all', target: claim.certificateArn }));
  return claim;
}

/** The conversation of fleet provisioning with a request ("Device provisioning MQTT API"). Gives the certificate. */
async function provision(device: Raw | undefined, csr: string, serial: string): Promise<string> {
  if (!device) throw new Error('the claim was refused');
  let messageId = 0;
  const say = async (topic: string, payload: object): Promise<Record<string, string>> => {
    messageId += 1;
    const subscriptions = ['accepted', 'rejected'].map((end) => ({ topic: `${topic}/${end}`, qos: 1 as const }));
    await device.ask({ cmd: 'subscribe', messageId, subscriptions }, 'suback');
    const text = JSON.stringify(payload);
    const answer = await device.ask(
      { cmd: 'publish', topic, payload: text, qos: 0, retain: false, dup: false },
      'publish',
    );
    const { topic: on, payload: said } = answer as { topic: string; payload: Buffer };
    if (!on.endsWith('/accepted')) throw new Error(`rejected: ${said}`);
    return JSON.parse(said.toString());
  };
  const made = await say('$aws/certificates/create-from-csr/json', { certificateSigningRequest: csr });
  await say('$aws/provisioning-templates/fleet/provision/json', {
    certificateOwnershipToken: made.certificateOwnershipToken,
    parameters: { SerialNumber: serial },
  });
  await device.end();
  return made.certificatePem ?? '';
}

async function done(device: Raw | undefined): Promise<void> {
  if (!device) throw new Error('the device was refused');
  await device.end();
}

async function inTurns(count: number, act: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) {
        next += 1;
        await act(next);
      }
    }),
  );
}

async function timed(way: string, count: number, act: (n: number) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await inTurns(count, act);
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${way}: ${count} devices, ${Math.round(count / seconds)} a second`);
}
