/** What a device must do with a claim, at the practice AWS: for the simulated agent and for the real one. */
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  DescribeCertificateCommand,
  type IoTClient,
  ListCertificatesCommand,
  ListThingPrincipalsCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { parseCsr } from '../../app/ca/index.ts';
import { failedPhase } from '../../app/contract/connecting.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { ClaimInstallation, Device, DeviceProvisioned } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { createRecorder, readTranscript } from '../../app/device/transcript.ts';
import type { Gateway, PracticeAws } from '../../app/practice/aws/index.ts';
import { iotClient, practice } from '../practice/support.ts';
import { realClock } from './support.ts';

/** The thing after the serial number, a policy for everything, and something to tell the device. */
const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' }, Hall: { Type: 'String', Default: 'none' } },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: { 'Fn::Join': ['', ['device-', { Ref: 'SerialNumber' }]] } },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'birthmark-practice-device' } },
  },
  DeviceConfiguration: { hall: { Ref: 'Hall' }, unitSerial: 'not taken', 'odd name': 'left out' },
});

type ClaimBed = { aws: PracticeAws; gateway: Gateway; iot: IoTClient; claim(): Promise<ClaimInstallation> };

/** A practice AWS with the template `fleet`. Each claim is a new one of the trusted user, with an RSA key as AWS makes it. */
export async function claimBed(t: TestContext): Promise<ClaimBed> {
  const aws = await practice(t, { gateway: { port: 0 } });
  const gateway = aws.gateway ?? assert.fail('no gateway');
  const iot = iotClient(t, aws, 3);
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: aws.roleArn };
  await iot.send(new CreateProvisioningTemplateCommand(made));
  const rootCaDer = new Uint8Array(new X509Certificate(readFileSync(gateway.rootCaPem)).raw);
  return {
    ...{ aws, gateway, iot },
    async claim() {
      const { certificatePem = '', keyPair } = await iot.send(
        new CreateProvisioningClaimCommand({ templateName: 'fleet' }),
      );
      const key = createPrivateKey(keyPair?.PrivateKey ?? '');
      return {
        certificateDer: new Uint8Array(new X509Certificate(certificatePem).raw),
        privateKeyDer: new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })),
        rootCaDer,
        config: { endpoint: 'localhost', template: 'fleet', unitSerial: 'U-1' },
      };
    },
  };
}

export const certificatesOf = async (iot: IoTClient) =>
  (await iot.send(new ListCertificatesCommand({ pageSize: 100 }))).certificates ?? [];

/** AWS has one certificate of the device, for this key, ACTIVE and of its thing, and it is the one that the device has. */
export async function assertProvisioned(
  { iot }: Pick<ClaimBed, 'iot'>,
  certificateDer: Uint8Array,
  spkiSha256: string,
) {
  const [only, ...others] = (await certificatesOf(iot)).filter(({ status }) => status === 'ACTIVE');
  assert.ok(only && others.length === 0, 'one ACTIVE certificate');
  const { certificateDescription } = await iot.send(
    new DescribeCertificateCommand({ certificateId: only.certificateId ?? '' }),
  );
  const made = new X509Certificate(certificateDescription?.certificatePem ?? '');
  assert.deepEqual(new Uint8Array(made.raw), new Uint8Array(certificateDer));
  const spki = made.publicKey.export({ type: 'spki', format: 'der' });
  assert.equal(createHash('sha256').update(spki).digest('hex'), spkiSha256);
  const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName: 'device-U-1' }));
  assert.ok(
    principals.some((one) => one.endsWith(only.certificateId ?? 'none')),
    'it is of its thing',
  );
}

type Opened = { device: Device; close(): Promise<void> };
type Open = (t: TestContext, wrap: (channel: ByteChannel) => ByteChannel) => Promise<Opened>;

/** Tests of `installClaim` and `provision` for the devices that `open` begins conversations with. */
export function testProvisionings(name: string, open: Open): void {
  const at = ({ gateway }: ClaimBed) => ({ host: 'localhost', port: gateway.port, clientId: 'claim-U-1' });
  const failure = (became: DeviceProvisioned) =>
    'failed' in became ? [became.failed, became.fault, became.reason] : ['none'];
  const prepared = async (t: TestContext, wrap: (channel: ByteChannel) => ByteChannel = (channel) => channel) => {
    const bed = await claimBed(t);
    const { device, close } = await open(t, wrap);
    await device.makeKey({ keyType: 'P-256', subject: 'U-1', mayReplace: true });
    const { spkiSha256 } = parseCsr((await device.readCsr('U-1')).csrDer);
    return { bed, device, close, spkiSha256 };
  };

  test(`${name}: with a claim it gets its own certificate, and its key stays`, async (t) => {
    const recorder = createRecorder(realClock);
    const { bed, device, close, spkiSha256 } = await prepared(t, recorder.record);
    const claim = await bed.claim();
    const { items, bytes } = await device.installClaim(
      { ...claim, config: { ...claim.config, 'param.SerialNumber': 'U-1', 'param.Hall': 'h 4%' } },
      () => {},
    );
    assert.ok(items.every(({ same }) => same) && bytes > 2000);
    const begun: string[] = [];
    const became = await device.provision(at(bed), (phase) => begun.push(phase));
    assert.ok('certificateDer' in became, JSON.stringify(became));
    assert.deepEqual(begun, ['dns', 'tcp', 'tls', 'connect', 'certificate', 'thing']);
    assert.equal(became.thingName, 'device-U-1');
    assert.deepEqual(
      [became.config.hall, became.config.unitSerial, became.config['odd name']],
      ['h 4%', 'U-1', undefined],
    );
    await assertProvisioned(bed, became.certificateDer, spkiSha256);
    assert.equal((await device.identify()).hasCertificate, true);

    // Its claim is forgotten, and with its own identity it is in at once.
    await assert.rejects(
      device.provision(at(bed), () => {}),
      { code: 'device.refused' },
    );
    const home = { ...at(bed), clientId: 'device-U-1', topic: 'devices/device-U-1/hello' };
    assert.equal(failedPhase(await device.callHome(home, () => {})), undefined);
    await close();

    const { data } = await recorder.finish(agentDriver.redactions ?? []);
    const said = (await readTranscript(data)).map(({ text }) => text).join('');
    const key = Buffer.from(claim.privateKeyDer).toString('base64');
    for (let from = 0; from + 24 < key.length; from += 12)
      assert.ok(!said.includes(key.slice(from, from + 24)), 'the key of the claim is in the transcript');
    assert.ok(said.includes('data claimkey') && said.includes('data claim 0 MII'));
  });

  test(`${name}: a refusal costs nothing: the same claim and certificate go on, and another claim begins again`, async (t) => {
    const { bed, device, close, spkiSha256 } = await prepared(t);
    const { iot } = bed;
    const enable = (enabled: boolean) =>
      iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'fleet', enabled }));
    const claim = await bed.claim();
    const kept = { ...claim, config: { ...claim.config, claim: 'keep' } };
    await device.installClaim(kept, () => {});
    await enable(false);
    assert.deepEqual(failure(await device.provision(at(bed), () => {})), ['thing', 'rejected', 'InvalidRequest']);
    assert.deepEqual(failure(await device.provision(at(bed), () => {})), ['thing', 'rejected', 'InvalidRequest']);
    assert.equal((await certificatesOf(iot)).length, 1);
    assert.equal((await device.identify()).hasCertificate, false);
    await enable(true);
    const became = await device.provision(at(bed), () => {});
    assert.ok('certificateDer' in became, JSON.stringify(became));
    await assertProvisioned(bed, became.certificateDer, spkiSha256);
    assert.equal((await certificatesOf(iot)).length, 1);
    // It was told to keep its claim.
    const again = await device.installClaim(kept, () => {});
    assert.ok(again.items.every(({ same }) => same));
    await close();
  });

  test(`${name}: it says where it failed with its claim`, async (t) => {
    const { bed, device, close } = await prepared(t);
    const { aws } = bed;
    await assert.rejects(
      device.provision(at(bed), () => {}),
      { code: 'device.refused' },
    );
    await device.installClaim(await bed.claim(), () => {});
    assert.deepEqual(failure(await device.provision({ ...at(bed), host: 'nowhere.invalid' }, () => {})).slice(0, 2), [
      ...['dns', 'unreachable'],
    ]);
    aws.setOutage('claimsExpired');
    await device.installClaim(await bed.claim(), () => {});
    const [phase = '', fault = ''] = failure(await device.provision(at(bed), () => {}));
    assert.match(`${phase} ${fault}`, /^(?:tls refused|connect lost|connect refused)$/);
    aws.setOutage(null);
    assert.equal((await certificatesOf(bed.iot)).length, 0);
    const elsewhere = await bed.claim();
    await device.installClaim({ ...elsewhere, config: { ...elsewhere.config, template: 'unknown' } }, () => {});
    // Its claim does not allow that template: it may not subscribe to the answers.
    const [, notAllowed = ''] = failure(await device.provision(at(bed), () => {}));
    assert.match(notAllowed, /^(?:lost|refused)$/);
    await close();
  });
}
