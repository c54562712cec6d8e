/** Passphrases that the operating system keeps for this station, where an engineer asked for that. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { hands } from '../../files/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';

export type KeptSecrets = ReturnType<typeof createKeptSecrets>;

type Availability = { available: boolean; reason?: string };

/** One file a CA, in the folder of its key; sealed, it is of use to this user of this computer only. */
export function createKeptSecrets(dir: string, vault: Vault | undefined) {
  const fileOf = (spkiSha256: string) => join(paths(dir).ca, `${spkiSha256.slice(0, 16)}.kept`);
  const none: Availability = { available: false, reason: 'this program has no way to the key store of the system' };
  let known: Promise<Availability> | undefined;
  /** Asked once: a locked key store may take seconds to say so. */
  const availability = (): Promise<Availability> => {
    known ??= vault?.availability() ?? Promise.resolve(none);
    return known;
  };
  const keep = async (spkiSha256: string, secret: string): Promise<void> => {
    const { available, reason = '' } = await availability();
    if (!vault || !available) throw new StationError('ca.noVault', reason);
    await writeWhole(fileOf(spkiSha256), await vault.encrypt(secret), true);
  };
  return {
    availability,
    /** Throws `ca.noVault` where nothing can be kept. */
    keep,
    /** What was kept; undefined where nothing was, or where it cannot be read any more. */
    async read(spkiSha256: string): Promise<string | undefined> {
      const sealed = await readFile(fileOf(spkiSha256)).catch(() => undefined);
      if (sealed === undefined || !vault || !(await availability()).available) return undefined;
      try {
        const { text, renew } = await vault.decrypt(sealed);
        if (renew) await keep(spkiSha256, text);
        return text;
      } catch {
        // Of another user or computer: whoever unlocks may keep it anew.
        return undefined;
      }
    },
    has: (spkiSha256: string): Promise<boolean> =>
      access(fileOf(spkiSha256)).then(
        () => true,
        () => false,
      ),
    forget: (spkiSha256: string): Promise<void> => hands.remove(fileOf(spkiSha256)),
  };
}
