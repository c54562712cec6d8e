import { StationError } from '../../contract/errors.ts';
import { makeClaim } from '../claims/making.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `claims.${string}`>;

/** Methods about claims that the devices of an order share. */
export function claimHandlers({
  ledger,
  cloudLink,
  claimKeys,
  hookRows,
  allowLists,
  crlJobs,
}: StationParts): Pick<Handlers, Names> {
  const list = async (orderId?: string) =>
    (await ledger.listClaims({ orderId: orderId ?? null })).map((claim) => {
      const error =
        claim.state === 'active' || claim.state === 'retired' ? allowLists.hookError(claim.target) : undefined;
      return { ...claim, open: claimKeys.isOpen(claim.claimId), ...(error && { hookError: error.toJSON() }) };
    });
  const shown = async (claimId: number) => {
    const found = (await list()).find((claim) => claim.claimId === claimId);
    if (!found) throw new StationError('claim.notFound', `there is no claim ${claimId}`, { data: { claimId } });
    return found;
  };
  return {
    'claims.list': ({ orderId }) => list(orderId),
    'claims.make': async (asked, { actor }) => {
      const claimId = await makeClaim({ ...asked, actor }, { ledger, cloudLink, claimKeys });
      allowLists.wake();
      return shown(claimId);
    },
    'claims.allow': async ({ claimId, maxUnits }, { actor }) => {
      const { target, template, state } = await shown(claimId);
      if (state === 'begun' || state === 'made' || state === 'revoked')
        throw new StationError('claim.ended', `claim ${claimId} is ${state}`, { data: { claimId, state } });
      if (maxUnits !== undefined) await ledger.limitClaim({ claimId, maxUnits });
      const signal = new AbortController();
      await hookRows.tell({ target, template }, { through: (act) => act() }, signal.signal, true);
      const made = (await ledger.claimAllowance({ claimId }))!;
      await ledger.audit({ entry: 'claim.allowed', actor, subject: String(claimId), data: { target, ...made } });
      // What rested may go on.
      allowLists.wake();
      return made;
    },
    'claims.open': async ({ passphrase }) => {
      const opened = await claimKeys.unlock(passphrase);
      if (opened.length === 0) throw new StationError('ca.wrongPassphrase', 'this passphrase opens no claim');
      return (await list()).filter(({ claimId }) => opened.includes(claimId));
    },
    'claims.retire': async ({ claimId }, { actor }) => {
      await ledger.retireClaim({ claimId, actor });
      claimKeys.forget(claimId);
      crlJobs.look();
      allowLists.wake();
      return shown(claimId);
    },
    'claims.revoke': async ({ claimId }, { actor }) => {
      await ledger.askClaimRevocation({ claimId, actor });
      claimKeys.forget(claimId);
      crlJobs.look();
      allowLists.wake();
      return shown(claimId);
    },
  };
}
