/** A CA on record: its certificate, its path to the root, the place of its key, and its revocation. */
import { type CaFacts, readCa } from '../../ca/index.ts';
import type { CaRevocation, Custody } from '../../contract/authority.ts';
import type { Chain } from '../../issuing/index.ts';
import type { AuthorityKeyRecord, AuthorityRecord, AuthorityRevocation } from '../../records/index.ts';

/** One CA on record. `chainDer` begins with its own certificate and leaves out the root. */
export type KnownCa = Chain & {
  record: AuthorityRecord;
  facts: CaFacts;
  /** From this CA to its root. */
  path: CaFacts[];
  custody: Custody;
  backupProvedAt: string | null;
  /** The revocation of an issuing CA. After it the CA signs its CRLs and nothing else. */
  revocation: CaRevocation | null;
};

/**
 * Joins the rows about one CA. `records` are all CAs of the station.
 *
 * @throws as `readCa`
 */
export function knownFrom(
  record: AuthorityRecord,
  records: AuthorityRecord[],
  keys: AuthorityKeyRecord[],
  revocations: AuthorityRevocation[],
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
    // A station from before custody was recorded keeps the keys of its first hierarchy under these names.
    custody: home?.custody ?? { kind: 'file', file: `${record.kind}.key.pem` },
    backupProvedAt: home?.backupProvedAt ?? null,
    revocation: found ? revocationOf(found) : null,
    revoked: found !== undefined,
  };
}

const revocationOf = ({ issuerId: _, parentId: __, ...revocation }: AuthorityRevocation): CaRevocation => revocation;

const rootsOf = (record: AuthorityRecord, records: AuthorityRecord[]): Uint8Array[] =>
  records
    .filter(({ kind, active }) => kind === 'root' && active && record.kind !== 'root')
    .map((root) => root.certificateDer);
