/** The C agent is provisioned just in time by the practice AWS, with the key that it made: dropped once, then in. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RegisterCACertificateCommand } from '@aws-sdk/client-iot';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { callHome } from '../../../app/line/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { testCa } from '../../ca/support.ts';
import { furnish } from '../../device/gatewaybed.ts';
import { realClock } from '../../device/support.ts';
import { removeAtEnd } from '../../folders.ts';
import { bed } from '../../practice/gateway/support.ts';
import { builtBackends, startAgent } from './support.ts';

const own = 'AWS::IoT::Certificate::';
const templateBody = JSON.stringify({
  Parameters: { [`${own}CommonName`]: { Type: 'String' }, [`${own}Id`]: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: `${own}CommonName` } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: `${own}Id` } } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'birthmark-practice-device' } },
  },
});

for (const { name, program } of builtBackends('just-in-time provisioning'))
  test(`${name}: just-in-time provisioning, phase by phase`, async (t) => {
    const { aws, gateway, iot } = await bed(t);
    const ca = await testCa();
    await iot.send(
      new RegisterCACertificateCommand({
        caCertificate: new X509Certificate(ca.hierarchy.issuing.certificateDer).toString(),
        ...{ certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true },
        registrationConfig: { templateBody, roleArn: aws.roleArn },
      }),
    );
    const state = mkdtempSync(join(tmpdir(), 'birthmark-agent-'));
    removeAtEnd(state);
    const agent = await startAgent(program, ['--state', state]);
    const device = agentDriver.connect(await serialPorts.open(agent.path, agentDriver.line), { clock: realClock });
    try {
      await furnish(device, readFileSync(gateway.rootCaPem, 'utf8'));
      const home = { host: 'localhost', port: gateway.port, clientId: 'U-1', topic: 'devices/U-1/hello' };
      const options = { clock: realClock, signal: new AbortController().signal, onView: () => {} };
      const first = await callHome(device, home, { ...options, patient: true });
      assert.deepEqual([first.connected, first.tries], [true, 2], JSON.stringify(first.phases));
      assert.ok(aws.account.state.things.has('U-1'));
      const again = await callHome(device, home, { ...options, patient: false });
      assert.deepEqual([again.connected, again.tries], [true, 1]);
    } finally {
      await device.close();
      await agent.stop();
    }
  });
