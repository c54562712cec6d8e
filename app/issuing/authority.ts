/** The certificate authority for issuing, and the reasons why it cannot sign. */
import type { Issuer, Profile, Signer } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';

/** Whether the CA can sign, and if not, why; see `CaKeyState` and the contract's `caState`. */
export type SigningState = 'ready' | 'locked' | 'absent' | 'missing' | 'expired' | 'revoked';

/** The certificates from a device certificate to its root. */
export type Chain = {
  /** The issuing CA first, then the CAs between it and the root. */
  chainDer: readonly Uint8Array[];
  rootDer: Uint8Array;
  /** Whether this CA is revoked. Programs that verify the chain then reject its certificates. */
  revoked?: boolean;
};

/** `signer` is absent unless `state` is `ready`. */
export type Authority = Chain & {
  issuer: Issuer;
  state: SigningState;
  /**
   * The chain of a certificate that was issued before. Another CA may be active now.
   *
   * @throws ca.notFound – when no CA of this station has that id
   */
  chainOf(issuerId: string): Chain;
  /** Reading it throws `policy.profileUnknown` or `policy.profileInvalid` when the chosen profile cannot be used. */
  readonly profile: Profile;
  organisation: string;
  /** SHA-256 of the SubjectPublicKeyInfo of every CA of this station, lower-case hex. */
  caPublicKeys: readonly string[];
  signer: Signer | undefined;
};

/** The error for a CA in this state, which cannot sign now. */
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
