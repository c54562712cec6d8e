/** Opens the key of an existing CA for one act: at its home, from an export, or from shares. */
import { type CaKey, joinShares, readExport, readKey, softwareKey, unfit } from '../../ca/index.ts';
import type { Agreement } from '../../contract/agreement.ts';
import type { KeyAccess } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import type { KeyHomes } from './keyhomes.ts';
import type { KnownCa } from './signing.ts';

type KeyObject = Parameters<typeof softwareKey>[0];

/** The acting person and, for an act of two persons, the one who agreed: for the audit log. */
export type By = { actor: string; agreement?: Agreement | undefined };

/**
 * A key that can leave its home.
 * @throws `ca.unfit` – `notExportable`, `otherKey`; as `homes.open`, `joinShares` and `readExport`
 */
export async function privateKeyOf(homes: KeyHomes, ca: KnownCa, access: KeyAccess): Promise<KeyObject> {
  const key = await takenOut(homes, ca, access);
  if (readKey(softwareKey(key).spkiDer).spkiSha256 === ca.facts.spkiSha256) return key;
  throw otherKey();
}

async function takenOut(homes: KeyHomes, { custody }: KnownCa, access: KeyAccess): Promise<KeyObject> {
  switch (access.kind) {
    case 'shares':
      return joinShares(access.shares);
    case 'export':
      return (await readExport(access.content, access.passphrase)).privateKey;
    case 'secret':
      if (custody.kind === 'file') return homes.privateKey(custody, access.secret);
      if (custody.kind === 'elsewhere')
        throw new StationError('ca.missing', 'the key of this CA is not at the station: give a backup of it');
      throw unfit('notExportable', 'the key never leaves its token or KMS');
  }
}

/**
 * A key that signs and need not leave its home. The caller must close it.
 * @throws as `privateKeyOf`
 */
export async function keyOf(homes: KeyHomes, ca: KnownCa, access: KeyAccess): Promise<CaKey> {
  if (access.kind !== 'secret') return softwareKey(await privateKeyOf(homes, ca, access));
  const key = await homes.open(ca.custody, access.secret);
  if (readKey(key.spkiDer).spkiSha256 === ca.facts.spkiSha256) return key;
  key.close();
  throw otherKey();
}

const otherKey = () => unfit('otherKey', "this is another CA's key");
