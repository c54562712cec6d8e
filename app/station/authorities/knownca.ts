/** A CA as the records know it: its certificate read, its path to the root, where its key is, whether it was given up. */
import { type CaFacts, readCa } from '../../ca/index.ts';
import type { CaRevocation, Custody } from '../../contract/authority.ts';
import type { Chain } from '../../line/index.ts';
import type { CaKeyRecord, CaRevocationRecord, IssuerRecord } from '../../records/index.ts';

/** One CA on record; `chainDer` begins with its own certificate and leaves the root out. */
export type KnownCa = Chain & {
  record: IssuerRecord;
  facts: CaFacts;
  /** Itself first, its root last. */
  path: CaFacts[];
  custody: Custody;
  backupProvedAt: string | null;
  /** Of an issuing CA that was given up: it signs its CRLs and nothing else. */
  revocation: CaRevocation | null;
};

export function knownFrom(
  record: IssuerRecord,
  records: IssuerRecord[],
  keys: CaKeyRecord[],
  revocations: CaRevocationRecord[],
): KnownCa {
  const facts = readCa(record.certificateDer);
  const home = keys.find(({ spkiSha256 }) => spkiSha256 === facts.spkiSha256);
  const found = revocations.find(({ issuerId }) => issuerId === record.issuerId);
  const above = record.chain.length > 0 ? record.chain : rootsOf(record, records);
  return {
    record,
    facts,
    path: [facts, ...above.map((der) => readCa(der))],
    chainDer: record.kind === 'root' ? [] : [record.certificateDer, ...above.slice(0, -1)],
    rootDer: above.at(-1) ?? record.certificateDer,
    // A station made before custody was on record has its first hierarchy under these names.
    custody: home?.custody ?? { kind: 'file', file: `${record.kind}.key.pem` },
    backupProvedAt: home?.backupProvedAt ?? null,
    revocation: found ? revocationOf(found) : null,
    revoked: found !== undefined,
  };
}

const revocationOf = ({ issuerId: _, parentId: __, ...revocation }: CaRevocationRecord): CaRevocation => revocation;

const rootsOf = (record: IssuerRecord, records: IssuerRecord[]): Uint8Array[] =>
  records
    .filter(({ kind, active }) => kind === 'root' && active && record.kind !== 'root')
    .map((root) => root.certificateDer);
