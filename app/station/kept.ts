/** Passphrases that the operating system keeps for this station, where an engineer asked for that. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { paths, writeWhole } from './folder.ts';

export type KeptSecrets = ReturnType<typeof createKeptSecrets>;

/** One file a CA, in the folder of its key; sealed, it is of use to this user of this computer only. */
export function createKeptSecrets(dir: string, vault: Vault | undefined) {
  const fileOf = (spkiSha256: string) => join(paths(dir).ca, `${spkiSha256.slice(0, 16)}.kept`);
  const availability = () =>
    vault?.availability() ?? { available: false, reason: 'this program has no way to the key store of the system' };
  return {
    availability,
    /** Throws `ca.noVault` where nothing can be kept. */
    async keep(spkiSha256: string, secret: string): Promise<void> {
      const { available, reason = '' } = availability();
      if (!vault || !available) throw new StationError('ca.noVault', reason);
      await writeWhole(fileOf(spkiSha256), vault.encrypt(secret), true);
    },
    /** What was kept; undefined where nothing was, or where it cannot be read any more. */
    async read(spkiSha256: string): Promise<string | undefined> {
      if (!vault || !availability().available) return undefined;
      const sealed = await readFile(fileOf(spkiSha256)).catch(() => undefined);
      if (sealed === undefined) return undefined;
      try {
        return vault.decrypt(sealed);
      } catch {
        // Of another user or computer: whoever unlocks may keep it anew.
        return undefined;
      }
    },
    has: (spkiSha256: string): Promise<boolean> =>
      readFile(fileOf(spkiSha256)).then(
        () => true,
        () => false,
      ),
    forget: (spkiSha256: string): Promise<void> => rm(fileOf(spkiSha256), { force: true }),
  };
}
