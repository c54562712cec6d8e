/** The simulated agent uses a claim, for real; and so does a device that has left the bench, whatever happens to the answers. */
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { pemOf } from '../../app/device/pem.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { claimPatiently, type Given, provisionByClaim } from '../../app/practice/devices/net/claim.ts';
import { pemOfRequest } from '../../app/practice/devices/pem.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { certificatesOf, claimBed, testProvisionings } from './provisionings.ts';
import { realClock } from './support.ts';

testProvisionings('a simulated agent', async (_t, wrap) => {
  const channel = simulated.agent.make(1, { clock: realClock, baud: 0, computeMs: 0 }).connect();
  const device = agentDriver.connect(wrap(channel), { clock: realClock });
  return { device, close: () => device.close() };
});

test('what a device was given it keeps while AWS hangs up, and gives up when it is turned away', async (t) => {
  const { aws, gateway, iot, claim } = await claimBed(t);
  const { certificateDer, privateKeyDer } = await claim();
  const claimKey = createPrivateKey({ key: Buffer.from(privateKeyDer), format: 'der', type: 'pkcs8' });
  const identity = { certificatePem: pemOf(certificateDer, '\n'), key: claimKey };
  const place = { host: 'localhost', port: gateway.port, rootPem: readFileSync(gateway.rootCaPem, 'utf8') };
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csrPem = pemOfRequest(makeCsr(key, 'U-1'));
  const request = { template: 'fleet', parameters: { SerialNumber: 'U-1' }, csrPem };
  let given: Given | undefined;
  const onGiven = (made: Given) => {
    given = made;
  };
  await provisionByClaim(identity, place, { ...request, onGiven }, { clock: realClock, clientId: 'claim-U-1' });
  // As if the answer had been lost: the device has its token, which AWS has spent.
  const comeAgain = (onFirst = () => {}) => {
    let tries = 0;
    const onTry = () => {
      tries += 1;
      if (tries === 1) onFirst();
    };
    const patience = { tries: 5, firstMs: 5, mostMs: 20, onTry };
    return claimPatiently(
      identity,
      place,
      { ...request, given, key },
      { clock: realClock, clientId: 'device-U-1' },
      patience,
    );
  };
  const hangUp = (times: number) => aws.setFault({ kind: 'gateway', trouble: 'drops', times });
  const kept = await comeAgain(() => hangUp(2));
  assert.ok(given);
  assert.equal(kept?.certificatePem, given.certificatePem);
  assert.equal((await certificatesOf(iot)).length, 1, 'no second one was asked for');
  // So often that the device asks for another one, which it is not given: as by a hook that lets a unit have one.
  const template = aws.account.state.templates.get('fleet') ?? assert.fail('no template');
  const still = await comeAgain(() => {
    hangUp(4);
    template.enabled = false;
  });
  assert.equal(still?.certificatePem, given.certificatePem);
  template.enabled = true;
  const [only, ...more] = (await certificatesOf(iot)).sort((one) => (one.status === 'ACTIVE' ? -1 : 1));
  assert.ok(more.every(({ status }) => status !== 'ACTIVE'));
  await iot.send(new UpdateCertificateCommand({ certificateId: only?.certificateId, newStatus: 'REVOKED' }));
  const another = await comeAgain();
  assert.ok(another && another.certificatePem !== given.certificatePem);
});
