import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { StationAuthority } from '../authorities/signing.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';

/** Revocations that are sent to AWS before the other work gets its turn. */
const cloudPage = 500;

type Tools = { ledger: Ledger; authority: Pick<StationAuthority, 'reload'>; cloudLink: CloudLink; signal: AbortSignal };

/**
 * Makes the round with AWS: what is told is on record, and what could not be told is told again by the next round.
 *
 * @throws from the round: cloud.… – the first refusal, after all others were told
 */
export function createTelling({ ledger, authority, cloudLink, signal }: Tools): () => Promise<void> {
  /** Tells AWS to register nothing more under a revoked CA. Certificates that it registered before stay active and are listed here. */
  const deactivate = async () => {
    for (const { issuerId, cloud } of await ledger.authorityRevocations()) {
      if (cloud !== 'waiting') continue;
      let isKnown = false;
      for (const { name } of cloudLink.targets()) {
        const known = await (await cloudLink.cloud(name)).deactivateCa(issuerId, signal);
        cloudLink.noteRegistration(issuerId, known ? 'inactive' : 'notRegistered', name);
        isKnown ||= known;
      }
      await ledger.recordCloudAuthorityRevocation({ issuerId, state: isKnown ? 'inactive' : 'unknown' });
      await authority.reload();
    }
  };

  /** A target that left the settings cannot be asked. A certificate that was in no batch is asked for where most go. */
  const targetsOf = (names: readonly string[]): (string | undefined)[] => {
    const known = names.filter((name) => cloudLink.target(name));
    return known.length === 0 ? [undefined] : known;
  };

  return async (): Promise<void> => {
    if (!cloudLink.target()) return;
    let refused = await deactivate().then(
      () => undefined,
      (thrown: unknown) => {
        const problem = asStationError(thrown);
        if (problem.code !== 'cloud.refused') throw problem;
        return problem;
      },
    );
    for (const { serialHex, certificateId: id, targets } of await ledger.cloudRevocations(cloudPage)) {
      try {
        const known: boolean[] = [];
        for (const name of targetsOf(targets)) {
          known.push(await (await cloudLink.cloud(name)).revokeCertificate(id, signal));
        }
        const [isKnown, isPart] = [known.includes(true), known.includes(false)];
        await ledger.recordCloudRevocation({ serialHex, state: isKnown ? 'revoked' : 'unknown', isPart });
      } catch (thrown) {
        // A refusal about one certificate must not block the others.
        const problem = asStationError(thrown);
        if (problem.code !== 'cloud.refused') throw problem;
        refused ??= problem;
      }
    }
    if (refused) throw refused;
  };
}
