import { deviceTable } from '../../registration/index.ts';
import { targetNamed } from '../cloud/targetnames.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'cloud.allowLists' | 'cloud.setAllowList' | 'cloud.allowedUnits';

/** Methods about the allow-lists of just-in-time registration. */
export function allowListHandlers({ ledger, cloudLink, allowLists }: StationParts): Pick<Handlers, Names> {
  return {
    'cloud.allowLists': async ({ orderId }) => {
      if (orderId !== undefined) await ledger.order(orderId);
      return allowLists.views(orderId);
    },
    'cloud.setAllowList': ({ orderId, target, wanted }, { actor }) =>
      allowLists.set({ orderId, target: targetNamed(cloudLink, target), wanted, actor }),
    'cloud.allowedUnits': async ({ orderId, target: asked, after }) => {
      const target = targetNamed(cloudLink, asked);
      const units = await ledger.allowedUnits({ orderId, target, ...(after !== undefined && { after }) });
      const { account } = await cloudLink.cloud(target);
      const results = await account.allowList(deviceTable(target)).results(units.map((one) => one.certificateId));
      return units.map(({ unitSerial, certificateId, listedAt }) => {
        const { result = null, reason = null, at = null } = results.get(certificateId) ?? {};
        return { unitSerial, certificateId, listedAt, result, reason, resultAt: at };
      });
    },
  };
}
