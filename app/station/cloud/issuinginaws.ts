/** What the line has from AWS: certificates of AWS's own CA, units for which the station speaks to AWS, and claims. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { pemOf } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { LineTools } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import { gatewayOf, openClaim } from '../../registration/index.ts';
import type { ClaimKeys } from '../claims/keys.ts';
import { type CloudLink, noTarget } from './cloudlink.ts';
import type { HookRows } from './hookrows.ts';

type Tools = {
  ledger: Pick<Ledger, 'claimInUse'>;
  cloudLink: CloudLink;
  claimKeys: ClaimKeys;
  hookRows: Pick<HookRows, 'admit'>;
  clock: Pick<Clock, 'after'>;
  /** The root of AWS's endpoints; absent on the practice line. */
  deviceRootDer?: Uint8Array;
};

/** Where the gateway is, is asked for each claim: an endpoint that AWS moved is found again. */
export function createIssuingInAws({
  ledger,
  cloudLink,
  claimKeys,
  hookRows,
  clock,
  deviceRootDer,
}: Tools): Pick<LineTools, 'awsCa' | 'spokesman' | 'claimOf'> {
  const rootPem = deviceRootDer && pemOf('CERTIFICATE', deviceRootDer);
  return {
    awsCa: async (target) => (await cloudLink.cloud(target)).issued,
    async spokesman(name) {
      const target = cloudLink.target(name);
      if (!target) throw noTarget(name, cloudLink.targets());
      const cloud = await cloudLink.cloud(name);
      const gateway = () => gatewayOf(target, cloud, rootPem);
      return {
        async claim({ unitSerial, orderId, ...job }) {
          await hookRows.admit({ target: name, template: job.template, unitSerial, orderId });
          return openClaim(job, { claims: cloud.claims, gateway, clock });
        },
        async handOver({ unitSerial, orderId, template }) {
          await hookRows.admit({ target: name, template, unitSerial, orderId });
          const { host, port } = await gateway();
          const { certificatePem, privateKeyPem } = await cloud.claims.temporary(template);
          return {
            certificateDer: new Uint8Array(new X509Certificate(certificatePem).raw),
            privateKeyDer: new Uint8Array(createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' })),
            ...{ host, port },
          };
        },
      };
    },
    async claimOf(place) {
      const there = await ledger.claimInUse(place);
      if (there?.state !== 'active' || !there.der || there.certificateId === null) {
        const { orderId, template } = place;
        throw new StationError('claim.none', `order ${orderId} has no claim for ${template}: make one`, {
          data: { orderId, template },
        });
      }
      const { claimId, certificateId, der: certificateDer } = there;
      return { claimId, certificateId, certificateDer, privateKeyDer: claimKeys.privateKeyDer(claimId) };
    },
  };
}
