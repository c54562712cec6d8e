import type { Signer } from '../../ca/index.ts';

/** The signer, with a call of `onUse` at each signature. */
export const used = (signer: Signer, onUse: () => void): Signer => ({
  issuerId: signer.issuerId,
  assertReady: () => signer.assertReady(),
  sign(reservation) {
    onUse();
    return signer.sign(reservation);
  },
  signCrl(reservation) {
    onUse();
    return signer.signCrl(reservation);
  },
});
