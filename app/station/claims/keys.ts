/** The keys of claims, while they are open in this process. */
import type { KeyObject } from 'node:crypto';
import { decryptKey } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { Ledger } from '../../records/index.ts';

export type ClaimKeys = ReturnType<typeof createClaimKeys>;

/** Nothing is open at first. A claim's key is a file of the records, encrypted like that of a CA. */
export function createClaimKeys(ledger: Pick<Ledger, 'claimKeys'>) {
  const open = new Map<number, KeyObject>();
  return {
    hold: (claimId: number, key: KeyObject) => void open.set(claimId, key),
    isOpen: (claimId: number): boolean => open.has(claimId),
    /** PKCS#8. @throws `claim.locked` */
    privateKeyDer(claimId: number): Uint8Array {
      const key = open.get(claimId);
      if (!key) throw new StationError('claim.locked', `the key of claim ${claimId} is locked`, { data: { claimId } });
      return new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }));
    },
    /** Opens what this passphrase opens, and returns the ids. Never rejects for a passphrase that opens nothing. */
    async unlock(passphrase: string): Promise<number[]> {
      const opened: number[] = [];
      for (const { claimId, keyPem } of await ledger.claimKeys()) {
        if (open.has(claimId)) continue;
        try {
          open.set(claimId, await decryptKey(keyPem, passphrase));
          opened.push(claimId);
        } catch (thrown) {
          // Another passphrase protects it.
          if (!(thrown instanceof StationError) || thrown.code !== 'ca.wrongPassphrase') throw thrown;
        }
      }
      return opened;
    },
    forget: (claimId: number) => void open.delete(claimId),
    lock: () => open.clear(),
  };
}
