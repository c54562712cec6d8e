import { randomBytes } from 'node:crypto';
import { keyOfCertificate, parseCsr, readKey, verifyProof } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { StepDataOf } from '../../contract/model.ts';
import type { Proof } from '../../device/driver.ts';

export const newNonce = (): Buffer => randomBytes(32);

/** The proof as the journal has it; see the catalogue of entries. */
type Proved = WithoutReadBack<StepDataOf<'verify'>>;
type WithoutReadBack<T> = T extends unknown ? Omit<T, 'compared' | 'unread'> : never;

type Claim = {
  proof: Proof;
  nonce: Uint8Array;
  certificateDer: Uint8Array;
  /** The mark of the key that the CSR of this attempt belongs to. */
  keyMark: string | undefined;
};

/**
 * Checks the device's proof that it holds the certificate's key. Returns the proof for the journal. Weaker kinds of
 * proof have their own names there, so that a compared mark is not mistaken for a signature.
 *
 * @throws `verify.proofFailed`
 */
export function judgeProof({ proof, nonce, certificateDer, keyMark }: Claim): Proved {
  const { kind } = proof;
  switch (kind) {
    case 'nonce': {
      if (!verifyProof({ certificateDer, nonce, signatureDer: proof.signatureDer }))
        throw failed("the device's signature over a fresh nonce does not fit its certificate");
      const signature = Buffer.from(proof.signatureDer).toString('base64');
      return { proof: kind, nonce: Buffer.from(nonce).toString('hex'), signature };
    }
    case 'freshCsr': {
      // The self-signature of the CSR is the proof of possession.
      const spkiSha256 = readable('a fresh CSR', () => parseCsr(proof.csrDer).spkiSha256);
      sameKey(spkiSha256, certificateDer, 'the fresh CSR of the device is for another key than its certificate');
      return { proof: kind, csr: Buffer.from(proof.csrDer).toString('base64') };
    }
    case 'publicKey': {
      const { spkiSha256 } = readable('a public key', () => readKey(proof.spkiDer));
      sameKey(spkiSha256, certificateDer, 'the public key the device reports is not that of its certificate');
      return { proof: kind, spkiSha256 };
    }
    case 'csr': {
      if (proof.keyMark !== keyMark) throw failed('the key on the device is not the one its CSR was made with');
      return { proof: kind, keyMark: keyMark ?? 'none' };
    }
  }
}

function sameKey(spkiSha256: string, certificateDer: Uint8Array, detail: string): void {
  if (spkiSha256 !== keyOfCertificate(certificateDer).spkiSha256) throw failed(detail);
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new StationError('verify.proofFailed', `the device gave ${what} that cannot be accepted`, { cause });
  }
}

const failed = (detail: string) => new StationError('verify.proofFailed', detail);
