/** Revokes an issuing CA, which is final, and makes the CRL of its root. The root's key is opened for one signature. */
import { createSigner, issuerOf, serialHexOf, unfit } from '../../ca/index.ts';
import type { KeyAccess } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import type { CheckedParams, Result } from '../../contract/methods.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { CrlJobs } from '../crls/jobs.ts';
import type { Log } from '../log.ts';
import { type By, keyOf } from './keyaccess.ts';
import type { KeyHomes } from './keyhomes.ts';
import type { KnownCa, StationAuthority } from './signing.ts';

export type CaRevokingTools = {
  ledger: Ledger;
  authority: StationAuthority;
  homes: KeyHomes;
  crlJobs: Pick<CrlJobs, 'makeOfRoot' | 'rootStanding'>;
  log: Pick<Log, 'warn'>;
};

/** The acts that revoke an issuing CA and make its root's CRL. */
export function createCaRevoking({ ledger, authority, homes, crlJobs, log }: CaRevokingTools) {
  /**
   * The root above this CA, if this station has its key.
   *
   * @throws `ca.unfit` – `outsideRoot`
   */
  const rootOf = ({ path, facts }: KnownCa): KnownCa => {
    const above = path[1];
    const root = authority.all().find((one) => one.facts.issuerId === above?.issuerId);
    const isOurs = root?.record.kind === 'root' && (root.custody.kind !== 'elsewhere' || root.backupProvedAt !== null);
    if (root && isOurs) return root;
    const who = above?.subjectText ?? facts.subjectText;
    throw unfit('outsideRoot', `${facts.commonName} is revoked by the CA above it: ask the people who run ${who}`, {
      data: { who },
    });
  };

  /**
   * Opens the root's key before anything else is done.
   *
   * @throws as `keyOf`; `ca.unfit` – `noCrlSign`, `noKeyIdentifier`
   */
  const withSigner = async <T>(root: KnownCa, access: KeyAccess, use: (sign: Sign) => Promise<T>): Promise<T> => {
    const issuer = issuerOf(root.facts);
    const key = await keyOf(homes, root, access);
    try {
      const signer = createSigner(key, issuer);
      return await use(async (actor) => {
        await crlJobs.makeOfRoot(root, signer, actor);
        const { last } = await crlJobs.rootStanding(issuer.issuerId);
        if (!last) throw new StationError('records.conflict', 'the CRL that was made is not on record');
        return last;
      });
    } finally {
      key.close();
    }
  };

  return {
    /**
     * Records the revocation first. From then on the CA issues nothing, even if the root's signature fails.
     *
     * @throws `ca.unfit` – `notIssuing`; `ca.revoked`; as `rootOf` and `withSigner`
     */
    async revoke(params: CheckedParams<'ca.revoke'>, { actor, agreement }: By): Promise<Revoked> {
      if (!agreement) throw new Error('an act of two persons comes through the dispatcher');
      const { issuerId, reason, note, access } = params;
      const ca = authority.caOf(issuerId);
      if (ca.record.kind !== 'issuing')
        throw unfit(
          'notIssuing',
          'no CA stands above a root that could revoke it: the parties that trust it must stop doing so',
        );
      if (ca.revocation) throw new StationError('ca.revoked', 'this CA is revoked already', { data: { issuerId } });
      const root = rootOf(ca);
      return withSigner(root, access, async (sign) => {
        const serialHex = serialHexOf(ca.facts.view.tbs);
        const parentId = root.facts.issuerId;
        await ledger.revokeAuthority({ issuerId, parentId, serialHex, reason, note, actor, agreement });
        await authority.reload();
        const counts = await ledger.authorityCounts('');
        const certificates = counts.find((one) => one.issuerId === issuerId)?.live ?? 0;
        try {
          return { certificates, rootCrl: await sign(actor), trouble: null };
        } catch (thrown) {
          log.warn({ err: thrown }, 'the CRL of the root is put off');
          return { certificates, rootCrl: null, trouble: asStationError(thrown).code };
        }
      });
    },

    /**
     * Makes the root's CRL, also when it lists nothing: programs that check every CRL of a path need it.
     *
     * @throws `ca.unfit` – `notIssuing`; as `withSigner`
     */
    async makeRootCrl({ issuerId, access }: CheckedParams<'ca.rootCrl'>, { actor }: By): Promise<Result<'ca.rootCrl'>> {
      const root = authority.caOf(issuerId);
      if (root.record.kind !== 'root')
        throw unfit('notIssuing', 'this is no root; "ca crl" makes the CRL of an issuing CA');
      return withSigner(root, access, (sign) => sign(actor));
    },
  };
}

type Revoked = Omit<Result<'ca.revoke'>, 'alone'>;
type Sign = (actor: string) => Promise<Result<'ca.rootCrl'>>;
