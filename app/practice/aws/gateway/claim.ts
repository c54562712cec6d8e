import { type Account, type Certificate, type Claim, iotArn, nowSeconds } from '../account.ts';

/**
 * Temporary claims ("Provisioning by trusted user", AWS IoT developer guide): the certificate is good for five minutes,
 * and a device that connected with it has five minutes to get its own.
 */
export const claimSeconds = 300;

/** What the gateway needs to let a device in with a temporary claim, and to decide what it may do. */
export type FoundClaim = { certificate: Certificate; templateName: string; policyDocument: string };

/** Forgets claims by which no device can get a certificate any more. */
export function keepClaim(account: Account, claim: Claim): void {
  const now = nowSeconds(account);
  for (const [id, { expiresAt }] of account.state.claims) {
    if (expiresAt + claimSeconds > now) break;
    account.state.claims.delete(id);
  }
  account.state.claims.set(claim.certificateId, claim);
  account.changed();
}

/** Undefined for a certificate that is no temporary claim, or one that is over. */
export function findClaim(account: Account, certificateId: string): FoundClaim | undefined {
  const claim = account.state.claims.get(certificateId);
  if (!claim || claim.expiresAt <= nowSeconds(account)) return undefined;
  const { der, templateName, createdAt } = claim;
  const about = { policies: [], createdAt, modifiedAt: createdAt, version: 1 };
  return {
    certificate: { certificateId, der, status: 'ACTIVE', mode: 'DEFAULT', ...about },
    templateName,
    policyDocument: claimPolicy(account, templateName),
  };
}

/** True when a device that is connected with a temporary claim has had its time. */
export function claimIsOver(account: Account, certificateId: string, connectedAt: number): boolean {
  const claim = account.state.claims.get(certificateId);
  return claim !== undefined && nowSeconds(account) > connectedAt + claimSeconds;
}

/** The policy of AWS's guide for claim certificates ("Provisioning by claim"), for one template. */
export function claimPolicy(account: Account, templateName: string): string {
  const topics = [
    'certificates/create/*',
    'certificates/create-from-csr/*',
    `provisioning-templates/${templateName}/provision/*`,
  ];
  const arns = (kind: string) => topics.map((topic) => iotArn(account, `${kind}/$aws/${topic}`));
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arns('topic') },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arns('topicfilter') },
    ],
  });
}
