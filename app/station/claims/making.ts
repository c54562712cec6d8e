/** Makes the claim of an order: its key here, its certificate and its policy in the account. */
import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { decryptKey, encryptKey, keyRequest, pemOf, readAmazonCertificate } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { checkPolicy, claimPolicy } from '../../iot/index.ts';
import type { Ledger } from '../../records/index.ts';
import { type Cloud, pushPolicy } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ClaimKeys } from './keys.ts';

export type ClaimTools = { ledger: Ledger; cloudLink: CloudLink; claimKeys: ClaimKeys };
export type ClaimOrder = { orderId: string; target: string; template: string };
type Asked = ClaimOrder & { passphrase: string; actor: string };

const newKey = promisify(generateKeyPair);

/** Every claim for a template may do the same, so they share the policy. */
export const claimPolicyName = (template: string): string => `birthmark-claim-${template}`;

/**
 * Makes it, or goes on with one that was begun. What AWS makes before it is on record can do nothing: it is INACTIVE and
 * has no policy. If its answer is lost, it is looked for by its key and revoked (lost.ts).
 *
 * @returns the id of the claim
 * @throws as `claims.make`
 */
export async function makeClaim({ passphrase, actor, ...place }: Asked, tools: ClaimTools): Promise<number> {
  const { ledger, cloudLink, claimKeys } = tools;
  await ledger.order(place.orderId);
  const cloud = await cloudLink.cloud(place.target);
  await assertFleet(cloud, place.template);
  const { claimId, key } = (await begun(place, passphrase, ledger)) ?? (await begin(place, passphrase, actor, ledger));
  let now = await ledger.claimInUse(place);
  if (now?.state === 'begun') {
    const { csrDer, spkiDer } = keyRequest(key, `claim ${claimId}`);
    const { certificatePem } = await cloud.issued.certify(pemOf('CERTIFICATE REQUEST', csrDer));
    const { certificateId, der, spkiSha256 } = readAmazonCertificate(certificatePem);
    if (spkiSha256 !== sha256(spkiDer))
      throw new StationError('cloud.badAnswer', "AWS's certificate is for another key");
    await ledger.recordClaimCertificate({ claimId, certificateId, der, actor });
    now = await ledger.claimInUse(place);
  }
  if (now?.certificateId == null) throw new StationError('claim.ended', `claim ${claimId} was retired meanwhile`);
  await allow(cloud, place, now.certificateId, cloudLink);
  await ledger.activateClaim({ claimId, actor });
  claimKeys.hold(claimId, key);
  return claimId;
}

/** @throws `claim.exists` – it is active already; `ca.wrongPassphrase` – another passphrase protects its key */
async function begun(place: ClaimOrder, passphrase: string, ledger: Ledger) {
  const there = await ledger.claimInUse(place);
  if (!there?.keyPem) return undefined;
  const { claimId, state, keyPem } = there;
  if (state === 'begun') await ledger.loseClaimAnswer({ claimId });
  if (state !== 'active') return { claimId, key: await decryptKey(keyPem, passphrase) };
  throw new StationError('claim.exists', `order ${place.orderId} has claim ${claimId} for ${place.template}`, {
    data: { orderId: place.orderId, template: place.template },
  });
}

async function begin(place: ClaimOrder, passphrase: string, actor: string, ledger: Ledger) {
  const { privateKey: key } = await newKey('ec', { namedCurve: 'P-256' });
  const keyPem = await encryptKey(key, passphrase);
  const spkiSha256 = sha256(keyRequest(key, 'claim').spkiDer);
  return { claimId: await ledger.beginClaim({ ...place, spkiSha256, keyPem, actor }), key };
}

/** @throws `template.unfit` – a claim for a template that AWS does not have would provision nothing */
async function assertFleet(cloud: Cloud, template: string): Promise<void> {
  const there = await cloud.templates.describeTemplate(template);
  const why =
    there === undefined
      ? 'is not in the account'
      : there.type !== 'FLEET_PROVISIONING'
        ? 'is not for fleets'
        : there.enabled
          ? undefined
          : 'is not enabled';
  if (why) throw new StationError('template.unfit', `the template ${template} ${why}`, { data: { name: template } });
}

/** Puts the policy in place, attaches it and activates the certificate. May be repeated. */
async function allow(cloud: Cloud, { target, template }: ClaimOrder, certificateId: string, cloudLink: CloudLink) {
  const { accountId, arn } = await cloud.account.identity();
  const partition = arn.split(':')[1] ?? 'aws';
  const { region } = cloudLink.target(target) ?? cloud.target;
  const text = claimPolicy({ partition, region, accountId, template });
  const [wrong] = checkPolicy(text).problems;
  if (wrong) throw new Error(`the policy of a claim: ${wrong.message}`);
  const name = claimPolicyName(template);
  await pushPolicy(cloud.policies, { name, text, prune: true });
  const there = await cloud.things.describeCertificate(certificateId);
  if (!there) throw new StationError('cloud.badAnswer', `AWS does not know the certificate that it made`);
  await cloud.things.attachPolicy({ name, certificateArn: there.arn });
  await cloud.things.activateCertificate(certificateId);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
