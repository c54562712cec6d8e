/** Hundreds of devices connect for the first time at once, by each way; and a practice AWS that is killed in the middle. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account, Authority } from '../../../app/practice/aws/account.ts';
import { createStack } from '../../../app/practice/aws/cloudformation/stacks.ts';
import { firstContact } from '../../../app/practice/aws/gateway/firstcontact.ts';
import { roleName, startPracticeAws } from '../../../app/practice/aws/index.ts';
import { deviceTable, jitrTemplate } from '../../../app/registration/account/cloudformation.ts';
import { allowListRow } from '../../../app/registration/account/jitr.ts';
import { removeAtEnd } from '../../folders.ts';
import { createMint } from '../../registration/mint.ts';
import { wallClock } from '../support.ts';
import { idOf } from './support.ts';

/** Far more than the threads of a function, which three devices keep busy: the others wait. */
const devices = 300;
let ca: { id: string; pem: string };
let certificates: { name: string; der: Buffer; id: string }[];
before(async () => {
  const mint = await createMint('CA of many');
  ca = { id: idOf(mint.caPem), pem: mint.caPem };
  const names = Array.from({ length: devices }, (_, index) => `unit-${index}`);
  certificates = await Promise.all(
    names.map(async (name) => {
      const der = new X509Certificate(await mint.issue(name)).raw;
      return { name, der, id: createHash('sha256').update(der).digest('hex') };
    }),
  );
});

const own = 'AWS::IoT::Certificate::';
const templateBody = JSON.stringify({
  Parameters: { [`${own}CommonName`]: { Type: 'String' }, [`${own}Id`]: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: `${own}CommonName` } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: `${own}Id` } } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'birthmark-practice-device' } },
  },
});
const target = {
  name: 'practice',
  region: 'us-east-1',
  bucket: 'birthmark-practice',
  roleArn: `arn:aws:iam::123456789012:role/${roleName}`,
  policyNames: ['birthmark-practice-device'],
};

/** An account with the CA of the test. */
async function opened(t: TestContext, registrationConfig?: object, options: { stateFile?: string } = {}) {
  const aws = await startPracticeAws({ clock: wallClock(), ...options });
  t.after(() => aws.close());
  const { account } = aws;
  return { aws, account, authority: account.state.authorities.get(ca.id) ?? put(account, registrationConfig) };
}
function put(account: Account, registrationConfig: object | undefined): Authority {
  const authority: Authority = {
    ...{ certificateId: ca.id, arn: `arn:aws:iot:us-east-1:123456789012:cacert/${ca.id}`, pem: ca.pem },
    ...{ subject: 'CN=CA of many', status: 'ACTIVE', autoRegistration: 'ENABLE', mode: 'SNI_ONLY' },
    ...(registrationConfig && { registrationConfig }),
    ...{ createdAt: 1, modifiedAt: 1, version: 1, generationId: 'g' },
  };
  account.state.authorities.set(ca.id, authority);
  account.changed();
  return authority;
}
const contact = (account: Account, authority: Authority, der: Buffer) =>
  firstContact(account, { authority, certificateDer: der, sourceIp: '127.0.0.1' });

/** Each device that is active has its own thing with this one certificate, and nothing is there twice. */
function assertWhole({ state }: Account, active: readonly { name: string; id: string }[]): void {
  const found = [...state.certificates.values()].filter(({ status }) => status === 'ACTIVE');
  assert.equal(found.length, active.length);
  assert.equal(state.things.size, active.length);
  for (const { name, id } of active) {
    assert.deepEqual(
      state.things.get(name)?.principals.map((one) => one.id),
      [id],
      name,
    );
    assert.deepEqual(state.certificates.get(id)?.policies, ['birthmark-practice-device'], name);
  }
}

test(`${devices} devices at once, each of them twice, by a template: all provisioned, none twice`, async (t) => {
  const { account, authority } = await opened(t, { templateBody, roleArn: target.roleArn });
  const outcomes = await Promise.all(
    [...certificates, ...certificates].map(({ der }) => contact(account, authority, der)),
  );
  assert.deepEqual(new Set(outcomes.map(({ reason }) => reason)), new Set([undefined]));
  assertWhole(account, certificates);
});

test(`${devices} devices at once, by the generated function: those on the list are let in, the others have their reason`, async (t) => {
  const { account, authority } = await opened(t);
  const stack = await createStack(account, 'jitr', JSON.stringify(jitrTemplate(target)));
  assert.equal(stack.status, 'CREATE_COMPLETE', stack.reason);
  const table = account.state.tables.get(deviceTable('practice'))!;
  const listed = certificates.filter((_, index) => index % 10 !== 0);
  for (const { name } of listed) {
    const id = allowListRow.unit(name);
    table.items.set(JSON.stringify([id]), { id: { S: id } });
  }
  await Promise.all(certificates.map(({ der }) => contact(account, authority, der)));
  const results = () => [...table.items.values()].filter(({ id }) => String(id?.S).startsWith('cert:'));
  for (let turn = 0; turn < 30_000 && results().length < devices; turn += 1) await pause(10);
  assertWhole(account, listed);
  const count = (result: string) => results().filter((one) => one.result?.S === result).length;
  assert.deepEqual([count('ACTIVE'), count('notListed')], [listed.length, devices - listed.length]);
});

test('killed in the middle, a practice AWS goes on: no unit lost, none twice', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-atonce-'));
  const stateFile = join(folder, 'aws.json');
  const some = certificates.slice(0, 120);
  await writeFile(join(folder, 'devices.json'), JSON.stringify(some.map(({ der }) => der.toString('base64'))));
  const first = await startPracticeAws({ clock: wallClock(), stateFile });
  put(first.account, { templateBody, roleArn: target.roleArn });
  await first.close();
  for (let kill = 0; kill < 2; kill += 1) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'contactchild.ts'), stateFile, join(folder, 'devices.json'), ca.id],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await heard(child, 40 * (kill + 1));
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const { account, authority } = await opened(t, undefined, { stateFile });
  // After the last one has closed, which writes there.
  removeAtEnd(folder);
  const before = account.state.things.size;
  for (const certificate of account.state.certificates.values())
    if (certificate.status === 'ACTIVE') assert.equal(account.links.thingsOf.get(certificate.certificateId).size, 1);
  const outcomes = await Promise.all(some.map(({ der }) => contact(account, authority, der)));
  assert.ok(outcomes.every(({ reason }) => reason === undefined));
  assertWhole(account, some);
  assert.ok(before <= some.length);
});

/** Resolves when the child has said that this many devices have made contact. */
async function heard({ stdout }: ChildProcess, count: number): Promise<void> {
  let lines = 0;
  for await (const chunk of stdout ?? []) {
    lines += String(chunk).split('\n').length - 1;
    if (lines >= count) return;
  }
}
