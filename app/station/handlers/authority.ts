import type { AuditFact } from '../../contract/model.ts';
import { createBackups } from '../authorities/backups.ts';
import { createCeremony } from '../authorities/ceremony.ts';
import { createCaRevoking } from '../authorities/giveup.ts';
import { hierarchyOf, requestView } from '../authorities/view.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

/** `ca.sign` belongs to `handlers/issuing.ts`. */
type Names = Exclude<Extract<keyof Handlers, `ca.${string}`>, 'ca.sign'>;

const unlocked = { entry: 'ca.unlocked', data: {} } as const;
const locked = { entry: 'ca.locked', data: {} } as const;

/** Methods about CAs, their keys and their tokens. */
export const authorityHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { authority, ledger, kept } = parts;
  const ceremony = createCeremony(parts);
  const backups = createBackups(parts);
  const revoking = createCaRevoking(parts);
  const audit = (actor: string, subject: string, fact: AuditFact) => ledger.audit({ ...fact, actor, subject });
  /** After a change of the CAs: shows them again and makes the CRLs that are due. */
  const settled = () => {
    parts.changed('station.changed', 'bench.changed');
    parts.crlJobs.look();
  };

  return {
    'ca.hierarchy': (_, { person }) => hierarchyOf(parts, person),
    'ca.preview': (params) => ceremony.preview(params),
    'ca.makeRoot': async (params, caller) => {
      const issuerId = await ceremony.makeRoot(params, caller);
      settled();
      return { issuerId };
    },
    'ca.makeIssuing': async (params, caller) => {
      const issuerId = await ceremony.makeIssuing(params, caller);
      await audit(caller.actor, issuerId, unlocked);
      settled();
      return { issuerId };
    },
    'ca.request': async (params, caller) => requestView(await ceremony.request(params, caller)),
    'ca.complete': async (params, caller) => {
      const issuerId = await ceremony.complete(params, caller);
      settled();
      return { issuerId };
    },
    'ca.discard': async ({ requestId }, caller) => {
      await ceremony.discard(requestId, caller);
      settled();
      return {};
    },
    'ca.import': async (params, caller) => {
      const issuerId = await ceremony.bringIn(params, caller);
      settled();
      return { issuerId };
    },
    'ca.activate': async ({ issuerId }, caller) => {
      await ceremony.activate(issuerId, caller);
      settled();
      return {};
    },
    'ca.revoke': async (params, caller) => {
      const revoked = await revoking.revoke(params, caller);
      await parts.bench.refresh();
      parts.changed('station.changed', 'bench.changed', 'batches.changed');
      return revoked;
    },
    'ca.rootCrl': (params, caller) => revoking.makeRootCrl(params, caller),
    'ca.exportKey': (params, caller) => backups.exportKey(params, caller),
    'ca.splitKey': async (params, caller) => ({ shares: await backups.split(params, caller) }),
    'ca.proveBackup': async (params, caller) => {
      await backups.prove(params, caller);
      settled();
      return {};
    },
    'ca.takeOffline': async (params, caller) => {
      await backups.takeOffline(params, caller);
      await kept.forget(authority.caOf(params.issuerId).facts.spkiSha256);
      settled();
      return {};
    },
    'ca.changePassphrase': async (params, caller) => {
      await backups.changePassphrase(params, caller);
      await kept.forget(authority.caOf(params.issuerId).facts.spkiSha256);
      settled();
      return {};
    },
    'ca.unlock': async ({ issuerId = authority.issuer.issuerId, secret, remember }, { actor, agreement }) => {
      for (const opened of await authority.unlock(secret, issuerId)) await audit(actor, opened, unlocked);
      settled();
      if (remember) {
        await kept.keep(authority.caOf(issuerId).facts.spkiSha256, secret);
        await audit(actor, issuerId, { entry: 'ca.passphraseKept', data: { ...agreement } });
      }
      return {};
    },
    'ca.lock': async ({ issuerId }, { actor }) => {
      const closed = authority.lock(issuerId);
      // The audit log says that a person asked, even when all CAs were locked already.
      const subjects = closed.length > 0 ? closed : [issuerId ?? authority.issuer.issuerId];
      for (const subject of subjects) await audit(actor, subject, locked);
      return {};
    },
    'ca.forget': async ({ issuerId }, { actor }) => {
      await kept.forget(authority.caOf(issuerId).facts.spkiSha256);
      await audit(actor, issuerId, { entry: 'ca.passphraseForgotten', data: {} });
      return {};
    },
    'ca.tokens': async ({ module }, { actor }) => {
      const found = await parts.homes.tokens.list(module);
      await audit(actor, module, { entry: 'ca.moduleUsed', data: { tokens: found.length } });
      return found;
    },
    'ca.modules': () => parts.modules.view(parts.homes.tokens),
    'ca.addModule': async ({ path }, { actor }) => {
      await parts.homes.tokens.check(path);
      await parts.modules.add(path);
      // The audit log says that a person asked, even when the module was listed already.
      await audit(actor, path, { entry: 'ca.moduleListed', data: {} });
      settled();
      return {};
    },
    'ca.removeModule': async ({ path }, { actor }) => {
      await parts.modules.remove(path);
      await audit(actor, path, { entry: 'ca.moduleUnlisted', data: {} });
      const ids = parts.modules.usersOf(path).map(({ facts }) => facts.issuerId);
      for (const closed of ids.flatMap((issuerId) => authority.lock(issuerId))) await audit(actor, closed, locked);
      settled();
      return {};
    },
  };
};

/**
 * Unlocks at start the CAs whose passphrase the operating system keeps. A passphrase that no longer opens its key is
 * forgotten.
 */
export async function unlockKept({ authority, kept, ledger, log }: StationParts): Promise<void> {
  for (const { facts } of authority.issuing()) {
    const secret = await kept.read(facts.spkiSha256);
    if (secret === undefined) continue;
    try {
      await authority.unlockOne(facts.issuerId, secret);
      const data = { by: 'kept passphrase' } as const;
      await ledger.audit({ entry: 'ca.unlocked', actor: 'station', subject: facts.issuerId, data });
    } catch (thrown) {
      // A refused PIN must not be tried at every start, because the token counts the tries.
      await kept.forget(facts.spkiSha256);
      log.warn({ err: thrown, ca: facts.commonName }, 'the kept passphrase does not open the CA');
    }
  }
}
