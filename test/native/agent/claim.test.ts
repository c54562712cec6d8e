/** The C agent uses a claim at the practice AWS, at the bench and in the field, and loses its power at each store. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateThingCommand,
  type IoTClient,
  RegisterCACertificateCommand,
  UpdateCertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { parseCsr } from '../../../app/ca/index.ts';
import type { ByteChannel } from '../../../app/device/channel.ts';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { testCa } from '../../ca/support.ts';
import { furnish } from '../../device/gatewaybed.ts';
import { assertProvisioned, certificatesOf, claimBed, testProvisionings } from '../../device/provisionings.ts';
import { realClock } from '../../device/support.ts';
import { removeAtEnd } from '../../folders.ts';
import { bed } from '../../practice/gateway/support.ts';
import { builtBackends, startAgent } from './support.ts';

const revoke = (iot: IoTClient, certificateId = '') =>
  iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
const asItIs = (channel: ByteChannel) => channel;

for (const { name, program } of builtBackends('a device with a claim')) {
  const stateFor = (_t: TestContext) => {
    const state = mkdtempSync(join(tmpdir(), 'birthmark-agent-'));
    removeAtEnd(state);
    return state;
  };
  const openIn = async (state: string, wrap = asItIs) => {
    const agent = await startAgent(program, ['--state', state]);
    const channel = await serialPorts.open(agent.path, agentDriver.line);
    const device = agentDriver.connect(wrap(channel), { clock: realClock });
    const close = async () => {
      await device.close();
      await agent.stop();
    };
    return { device, close };
  };
  /** `agent --connect`, as the device does in the field. */
  const inTheField = (state: string, port: number, ...more: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const args = ['--state', state, '--connect', `localhost:${port}`, ...more];
      execFile(program, args, { timeout: 120_000 }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, said: stdout + stderr }),
      );
    });

  testProvisionings(`the C agent on ${name}`, (t, wrap) => openIn(stateFor(t), wrap));

  test(`${name}: in the field, a claim becomes an identity, whenever the power fails`, async (t) => {
    const moments = [
      ...['provision.asked:before', 'provision.asked:after', 'provision.given:before', 'provision.given:after'],
      ...['provision.cert:before', 'provision.cert:after', 'provision.claim:before', 'provision.claim:after'],
    ].map((moment) => ({ moment, knowsItsThing: true }));
    const made = await claimBed(t);
    const { gateway, iot } = made;
    const prepare = async () => {
      const state = stateFor(t);
      const { device, close } = await openIn(state);
      await device.makeKey({ keyType: 'P-256', subject: 'U-1', mayReplace: true });
      const { spkiSha256 } = parseCsr((await device.readCsr('U-1')).csrDer);
      const claim = await made.claim();
      await device.installClaim({ ...claim, config: { ...claim.config, thingName: 'device-U-1' } }, () => {});
      await close();
      return { state, spkiSha256, since: Date.now() };
    };
    // Each moment begins with a copy. A claim lives for five minutes, which a busy PC may need.
    let prepared = await prepare();
    for (const { moment, knowsItsThing } of [...moments, { moment: 'provision.given:before', knowsItsThing: false }]) {
      if (Date.now() - prepared.since > 120_000) prepared = await prepare();
      const { spkiSha256 } = prepared;
      const state = stateFor(t);
      cpSync(prepared.state, state, { recursive: true });
      const config = join(state, 'config');
      if (!knowsItsThing) writeFileSync(config, readFileSync(config, 'utf8').replace('thingName=device-U-1\n', ''));
      const cut = await inTheField(state, gateway.port, '--die-at', moment);
      assert.equal(cut.code, 3, `${moment}: ${cut.said}`);
      const before = await certificatesOf(iot);
      // A busy PC may keep it waiting longer than it has patience: it comes again, as in the field.
      const again = ['--tries', '5', '--back-off', '100', '--topic', 'devices/device-U-1/hello'];
      const next = await inTheField(state, gateway.port, ...again);
      assert.equal(next.code, 0, `${moment}: ${next.said}`);
      const asked = (await certificatesOf(iot)).length - before.length;
      // Another certificate, with the same key, has only a device that did not come to store what it was given, or
      // that cannot try it, because its thing's name is not its serial number and was in the answer that it lost.
      assert.equal(asked, moment === 'provision.asked:before' || !knowsItsThing ? 1 : 0, `${moment}: ${next.said}`);
      if (!knowsItsThing) await revoke(iot, before.find(({ status }) => status === 'ACTIVE')?.certificateId);
      const certificateDer = new Uint8Array(readFileSync(join(state, 'cert')));
      await assertProvisioned(made, certificateDer, spkiSha256);
      assert.deepEqual(
        readdirSync(state).filter((file) => /claim|given|new/.test(file)),
        [],
        moment,
      );
      await revoke(iot, new X509Certificate(certificateDer).fingerprint256.replaceAll(':', '').toLowerCase());
    }
  });

  test(`${name}: in the field, it makes its key, and comes again until its template is mended`, async (t) => {
    const made = await claimBed(t);
    const { gateway, iot } = made;
    const state = stateFor(t);
    const { device, close } = await openIn(state);
    await device.installClaim(await made.claim(), () => {});
    await close();
    assert.equal(existsSync(join(state, 'cert')), false);
    await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'fleet', enabled: false }));
    const field = inTheField(
      state,
      gateway.port,
      '--tries',
      '30',
      '--back-off',
      '100',
      '--topic',
      'devices/device-U-1/hello',
    );
    while ((await certificatesOf(iot)).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'fleet', enabled: true }));
    const { code, said } = await field;
    assert.equal(code, 0, said);
    assert.match(said, /provisioned\npublished\n/);
    assert.equal((await certificatesOf(iot)).length, 1);
  });

  test(`${name}: just-in-time registration: it is dropped until its certificate is activated, then it publishes`, async (t) => {
    const { gateway, iot } = await bed(t);
    const ca = await testCa();
    await iot.send(
      new RegisterCACertificateCommand({
        caCertificate: new X509Certificate(ca.hierarchy.issuing.certificateDer).toString(),
        ...{ certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true },
      }),
    );
    const state = stateFor(t);
    const { device, close } = await openIn(state);
    await furnish(device, readFileSync(gateway.rootCaPem, 'utf8'));
    await close();
    const once = await inTheField(state, gateway.port);
    assert.deepEqual([once.code, /lost|refused/.test(once.said)], [1, true], once.said);
    const field = inTheField(state, gateway.port, '--tries', '30', '--back-off', '100', '--topic', 'devices/U-1/hello');
    const [pending] = await certificatesOf(iot);
    assert.equal(pending?.status, 'PENDING_ACTIVATION');
    // What the function of the account does.
    await iot.send(new CreateThingCommand({ thingName: 'U-1' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'U-1', principal: pending?.certificateArn ?? '' }));
    await iot.send(
      new AttachPolicyCommand({ policyName: 'birthmark-practice-device', target: pending?.certificateArn ?? '' }),
    );
    await iot.send(new UpdateCertificateCommand({ certificateId: pending?.certificateId ?? '', newStatus: 'ACTIVE' }));
    const { code, said } = await field;
    assert.deepEqual([code, said.endsWith('published\n') || said.startsWith('published\n')], [0, true], said);
  });
}
