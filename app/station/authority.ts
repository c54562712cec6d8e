/** The station's CA as the line uses it: locked until an engineer's passphrase opens its key. */
import {
  assertUsable,
  type CaKey,
  createSigner,
  decryptKey,
  type Issuer,
  issuerFrom,
  type Profile,
  type Signer,
  softwareKey,
} from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { StationStatus } from '../contract/model.ts';
import type { Authority } from '../line/index.ts';
import type { CaFiles } from './folder.ts';

export type StationAuthority = {
  /** With the station's profile, or the one given. */
  current: (profile?: Profile) => Authority;
  issuer: Issuer;
  state: () => StationStatus['ca']['state'];
  /** Rejects with `ca.wrongPassphrase`, `ca.damaged` or `ca.expired`. */
  unlock: (passphrase: string) => Promise<void>;
  lock: () => void;
  /** The signer, or `ca.locked`. */
  signer: () => Signer;
};

export type AuthorityOptions = {
  files: CaFiles;
  /** The station's profile; throws where it cannot be used. */
  profile: () => Profile;
  organisation: string;
  clock: Clock;
};

export function createAuthority(options: AuthorityOptions): StationAuthority {
  const { files, clock } = options;
  const issuer = issuerFrom(files.issuingDer);
  const caPublicKeys = [issuer.spkiSha256, issuerFrom(files.rootDer).spkiSha256];
  let key: CaKey | undefined;
  let signer: Signer | undefined;

  const expired = () => {
    try {
      assertUsable(issuer, clock.now());
      return false;
    } catch {
      return true;
    }
  };

  return {
    issuer,
    current: (profile) => ({
      issuer,
      issuingDer: files.issuingDer,
      rootDer: files.rootDer,
      get profile() {
        return profile ?? options.profile();
      },
      organisation: options.organisation,
      caPublicKeys,
      signer,
    }),
    state: () => {
      if (expired()) return 'expired';
      return signer ? 'unlocked' : 'locked';
    },
    async unlock(passphrase) {
      const privateKey = await decryptKey(files.encryptedIssuingKeyPem, passphrase);
      assertUsable(issuer, clock.now());
      key?.close();
      key = softwareKey(privateKey);
      signer = createSigner(key, issuer);
    },
    lock() {
      key?.close();
      signer = undefined;
    },
    signer() {
      if (!signer) throw new StationError('ca.locked', 'the CA is locked; an engineer unlocks it with its passphrase');
      return signer;
    },
  };
}
