/** Passphrases that the operating system keeps for this station, if an engineer asked for that. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { hands } from '../../files/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';

export type KeptSecrets = ReturnType<typeof createKeptSecrets>;

type Availability = { available: boolean; reason?: string };

/** One file for each CA, in the folder of its key. Its contents are of use only to this user on this computer. */
export function createKeptSecrets(dir: string, vault: Vault | undefined) {
  const fileOf = (spkiSha256: string) => join(paths(dir).ca, `${spkiSha256.slice(0, 16)}.kept`);
  const none: Availability = { available: false, reason: 'this program has no way to the key store of the system' };
  let known: Promise<Availability> | undefined;
  /** Asked once, because a locked key store may take seconds to answer. */
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
    /** @throws `ca.noVault` – when nothing can be kept */
    keep,
    /** The kept passphrase. Undefined when there is none, or when it can no longer be read. */
    async read(spkiSha256: string): Promise<string | undefined> {
      const sealed = await readFile(fileOf(spkiSha256)).catch(() => undefined);
      if (sealed === undefined || !vault || !(await availability()).available) return undefined;
      try {
        const { text, renew } = await vault.decrypt(sealed);
        if (renew) await keep(spkiSha256, text);
        return text;
      } catch {
        // It belongs to another user or computer. The next person who unlocks the CA may keep it again.
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
