/** What the line has made by AWS: certificates of AWS's own CA, and units for which the station speaks to AWS. */
import { pemOf } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import type { LineTools } from '../../line/index.ts';
import { gatewayOf, openClaim } from '../../registration/index.ts';
import { type CloudLink, noTarget } from './cloudlink.ts';

type Tools = {
  cloudLink: CloudLink;
  clock: Pick<Clock, 'after'>;
  /** The root of AWS's endpoints; absent on the practice line. */
  deviceRootDer?: Uint8Array;
};

/** Where the gateway is, is asked for each claim: an endpoint that AWS moved is found again. */
export function createIssuingInAws({ cloudLink, clock, deviceRootDer }: Tools): Pick<LineTools, 'awsCa' | 'spokesman'> {
  const rootPem = deviceRootDer && pemOf('CERTIFICATE', deviceRootDer);
  return {
    awsCa: async (target) => (await cloudLink.cloud(target)).issued,
    async spokesman(name) {
      const target = cloudLink.target(name);
      if (!target) throw noTarget(name, cloudLink.targets());
      const cloud = await cloudLink.cloud(name);
      const gateway = () => gatewayOf(target, cloud, rootPem);
      return { claim: (job) => openClaim(job, { claims: cloud.claims, gateway, clock }) };
    },
  };
}
