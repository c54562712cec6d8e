import { createBackups } from '../authorities/backups.ts';
import { createCeremony } from '../authorities/ceremony.ts';
import { createCaRevoking } from '../authorities/giveup.ts';
import { hierarchyOf, requestView } from '../authorities/view.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `ca.${string}`>;

export const authorityHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { authority, ledger, kept } = parts;
  const ceremony = createCeremony(parts);
  const backups = createBackups(parts);
  const revoking = createCaRevoking(parts);
  const audit = (entry: string, actor: string, subject: string, data: Record<string, unknown> = {}) =>
    ledger.audit({ entry, actor, subject, data });
  /** A CA more or another one active: what is shown, and which CRLs are to be made. */
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
      await audit('ca.unlocked', caller.actor, issuerId);
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
      for (const opened of await authority.unlock(secret, issuerId)) await audit('ca.unlocked', actor, opened);
      settled();
      if (remember) {
        await kept.keep(authority.caOf(issuerId).facts.spkiSha256, secret);
        await audit('ca.passphraseKept', actor, issuerId, { ...agreement });
      }
      return {};
    },
    'ca.lock': async ({ issuerId }, { actor }) => {
      const closed = authority.lock(issuerId);
      // Where all were locked already, it is on record all the same that somebody asked.
      const subjects = closed.length > 0 ? closed : [issuerId ?? authority.issuer.issuerId];
      for (const subject of subjects) await audit('ca.locked', actor, subject);
      return {};
    },
    'ca.forget': async ({ issuerId }, { actor }) => {
      await kept.forget(authority.caOf(issuerId).facts.spkiSha256);
      await audit('ca.passphraseForgotten', actor, issuerId);
      return {};
    },
    'ca.tokens': async ({ module }, { actor }) => {
      const found = await parts.homes.tokens.list(module);
      await audit('ca.moduleUsed', actor, module, { tokens: found.length });
      return found;
    },
    'ca.modules': () => parts.modules.view(parts.homes.tokens),
    'ca.addModule': async ({ path }, { actor }) => {
      await parts.homes.tokens.check(path);
      if (await parts.modules.add(path)) await audit('ca.moduleListed', actor, path);
      settled();
      return {};
    },
    'ca.removeModule': async ({ path }, { actor }) => {
      await parts.modules.remove(path);
      await audit('ca.moduleUnlisted', actor, path);
      const ids = parts.modules.usersOf(path).map(({ facts }) => facts.issuerId);
      for (const closed of ids.flatMap((issuerId) => authority.lock(issuerId))) await audit('ca.locked', actor, closed);
      settled();
      return {};
    },
  };
};

/** At start: CAs whose passphrase the operating system keeps. One that does not open its key any more is forgotten. */
export async function unlockKept({ authority, kept, ledger, log }: StationParts): Promise<void> {
  for (const { facts } of authority.issuing()) {
    const secret = await kept.read(facts.spkiSha256);
    if (secret === undefined) continue;
    try {
      await authority.unlockOne(facts.issuerId, secret);
      const data = { by: 'kept passphrase' };
      await ledger.audit({ entry: 'ca.unlocked', actor: 'station', subject: facts.issuerId, data });
    } catch (thrown) {
      // A PIN that is refused must not be tried at every start: the token counts.
      await kept.forget(facts.spkiSha256);
      log.warn({ err: thrown, ca: facts.commonName }, 'the kept passphrase does not open the CA');
    }
  }
}
