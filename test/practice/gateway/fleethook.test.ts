/** Pre-provisioning hooks, as functions that run. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createFunction } from '../../../app/practice/aws/lambda/functions.ts';
import { addPermission } from '../../../app/practice/aws/lambda/permission.ts';
import { closeFunctions } from '../../../app/practice/aws/lambda/run.ts';
import { zipped } from '../functions.ts';
import { certify, claim, claimTemplate, connect, makeTemplate, openAccount, provisionTopic } from './fleetbench.ts';

const account = await openAccount();
after(() => closeFunctions(account));
const roleArn = 'arn:aws:iam::123456789012:role/hook';

/** A template whose hook is this code. */
async function hooked(name: string, code: string, about: { allowed?: string; timeout?: number } = {}): Promise<void> {
  const { allowed = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/*', timeout = 10 } = about;
  const target = {
    FunctionName: name,
    Runtime: 'nodejs22.x',
    Role: roleArn,
    Handler: 'index.handler',
    Timeout: timeout,
  };
  const made = await createFunction(account, target, zipped({ 'index.js': code }));
  const grant = {
    StatementId: 'iot',
    Action: 'lambda:InvokeFunction',
    Principal: 'iot.amazonaws.com',
    SourceArn: allowed,
  };
  addPermission(account, made, grant);
  const targetArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  makeTemplate(account, name, claimTemplate, { preProvisioningHook: { targetArn } });
}

let units = 0;
async function provisioned(name: string, parameters: Record<string, string> = {}) {
  const serial = `H${units++}`;
  const device = connect(account, `client-${serial}`);
  const { token, certificateId } = await certify(device);
  const request = { certificateOwnershipToken: token, parameters: { SerialNumber: serial, ...parameters } };
  const { value } = await device.ask(provisionTopic(name), request);
  return { serial, certificateId, thing: value.thingName, refusal: `${value.statusCode} ${value.errorCode}`, value };
}

describe('a hook', () => {
  test('gets what the guide says, and its overrides are parameters', async () => {
    const code = `exports.handler = async (event) => { console.log('GOT ' + JSON.stringify(event));
      return { allowProvisioning: true, parameterOverrides: { Model: 'large', SerialNumber: 'X-' + event.parameters.SerialNumber } }; };`;
    await hooked('overrides', code);
    const { serial, certificateId, thing, value } = await provisioned('overrides', { Model: 'standard' });
    assert.equal(thing, `device-X-${serial}`, value.errorMessage);
    assert.deepEqual(value.deviceConfiguration, { site: 'hall', room: '5' });
    const printed = account.log.entries().find(({ details }) => details?.includes('GOT '))?.details ?? '';
    // The log shortens what a function prints.
    assert.match(
      printed,
      new RegExp(`"claimCertificateId":"${claim.certificateId}","certificateId":"${certificateId}"`),
    );
    assert.match(printed, /"certificatePem":"-----BEGIN CERTIFICATE-----/);
  });

  test('sees the template, the client id and the parameters', async () => {
    const code = `exports.handler = async ({ templateArn, clientId, parameters, certificatePem, ...ids }) => ({
      allowProvisioning: templateArn === 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/sees'
        && clientId === 'client-' + parameters.SerialNumber && !('Model' in parameters)
        && certificatePem.endsWith('-----END CERTIFICATE-----\\n')
        && Object.keys(ids).sort().join() === 'certificateId,claimCertificateId' });`;
    await hooked('sees', code);
    const { serial, thing, value } = await provisioned('sees');
    assert.equal(thing, `device-${serial}`, value.errorMessage);
  });

  const refusals: [name: string, code: string][] = [
    ['no', 'exports.handler = async () => ({ allowProvisioning: false })'],
    ['text', "exports.handler = async () => ({ allowProvisioning: 'true' })"],
    ['one', 'exports.handler = async () => ({ allowProvisioning: 1 })'],
    ['nothing', 'exports.handler = async () => {}'],
    ['list', 'exports.handler = async () => [true]'],
    ['other', 'exports.handler = async () => ({ allow: true })'],
    ['throws', "exports.handler = async () => { throw new Error('no'); }"],
    ['exits', 'exports.handler = async () => process.exit(0)'],
    ['syntax', 'exports.handler = ('],
    ['overridesList', "exports.handler = async () => ({ allowProvisioning: true, parameterOverrides: ['x'] })"],
    [
      'overridesNumber',
      'exports.handler = async () => ({ allowProvisioning: true, parameterOverrides: { Model: 5 } })',
    ],
  ];
  for (const [name, code] of refusals)
    test(`that says ${name} refuses, and nothing is made`, async () => {
      await hooked(name, code);
      const { serial, certificateId, refusal } = await provisioned(name);
      assert.equal(refusal, '403 ACCESS_DENIED');
      assert.equal(account.state.things.has(`device-${serial}`), false);
      assert.equal(account.state.certificates.get(certificateId)?.status, 'PENDING_ACTIVATION');
    });

  test('has five seconds', { timeout: 30_000 }, async () => {
    await hooked('slow', 'exports.handler = () => new Promise(() => {})');
    const before = performance.now();
    assert.equal((await provisioned('slow')).refusal, '403 ACCESS_DENIED');
    const tookMs = performance.now() - before;
    assert.ok(tookMs > 4900, String(tookMs));
  });

  test('that AWS IoT may not run refuses', async () => {
    const allowed = 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/other';
    await hooked('closed', 'exports.handler = async () => ({ allowProvisioning: true })', { allowed });
    const { refusal, value } = await provisioned('closed');
    assert.equal(refusal, '403 ACCESS_DENIED');
    assert.match(value.errorMessage ?? '', /needs a permission for iot\.amazonaws\.com/);
  });

  test('may give a parameter that the device did not', async () => {
    await hooked(
      'gives',
      "exports.handler = async () => ({ allowProvisioning: true, parameterOverrides: { SerialNumber: 'given' } })",
    );
    const device = connect(account);
    const { token } = await certify(device);
    const { value } = await device.ask(provisionTopic('gives'), { certificateOwnershipToken: token });
    assert.equal(value.thingName, 'device-given', value.errorMessage);
  });
});
