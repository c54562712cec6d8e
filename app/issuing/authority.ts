/** The certificate authority as issuing sees it, and why it signs nothing. */
import type { Issuer, Profile, Signer } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';

/** Why nothing can be signed now, if it cannot; see `CaKeyState` and the contract's `caState`. */
export type SigningState = 'ready' | 'locked' | 'absent' | 'missing' | 'expired' | 'revoked';

/** What leads from a certificate to its root. */
export type Chain = {
  /** The issuing CA first, then what stands between it and the root. */
  chainDer: readonly Uint8Array[];
  rootDer: Uint8Array;
  /** Who verifies the chain turns away what this CA issued. */
  revoked?: boolean;
};

/** `signer` is absent unless `state` is `ready`. */
export type Authority = Chain & {
  issuer: Issuer;
  state: SigningState;
  /**
   * The chain of a certificate that was issued before: the active CA may be another one by now.
   * @throws ca.notFound – when no CA of this station has that id
   */
  chainOf(issuerId: string): Chain;
  /** Reading it throws `policy.profileUnknown` or `policy.profileInvalid` where the chosen one cannot be used. */
  readonly profile: Profile;
  organisation: string;
  /** SHA-256 of the SubjectPublicKeyInfo of every CA of this station, lower-case hex. */
  caPublicKeys: readonly string[];
  signer: Signer | undefined;
};

/** Why the CA signs nothing now. */
export function cannotSign(state: SigningState): StationError {
  switch (state) {
    case 'absent':
      return new StationError('ca.tokenAbsent', 'the token with the CA key is not plugged in');
    case 'missing':
      return new StationError('ca.missing', 'the key of the issuing CA is not where it should be');
    case 'expired':
      return new StationError('ca.expired', 'the issuing CA, or one above it, has expired; an engineer makes another');
    case 'revoked':
      return new StationError('ca.revoked', 'the issuing CA is revoked; an engineer makes another one active');
    default:
      return new StationError('ca.locked', 'the CA is locked; an engineer unlocks it');
  }
}
