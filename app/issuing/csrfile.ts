/**
 * A certificate for a CSR that came as a file: the same rules and the same records, but no conversation with a device.
 */
import { parseCsr } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { unitSerial as unitSerialSchema } from '../contract/model.ts';
import type { PendingEntry } from '../records/index.ts';
import { checkBeforehand } from './check.ts';
import { type Along, type Issued, type IssueTools, issueCertificate } from './issue.ts';

export type CsrFileJob = {
  csr: Uint8Array;
  unitSerial: string;
  /** The order; the default is the active one. */
  orderId: string | undefined;
  actor: string;
  /** Facts that a device would report. They are needed only if the profile uses them. */
  hardware?: { model?: string | undefined; hardwareId?: string | undefined } | undefined;
};

/**
 * Issues the certificate. Idempotent: the same key for the same unit gets the stored certificate. The unit counts as
 * issued, not as passed.
 *
 * @throws unit.badSerial – when the serial could be on no label
 * @throws csr.* – as `parseCsr`
 * @throws unit.inProgress, unit.scrapped, order.* – as `Ledger.admitUnit`
 * @throws policy.*, csr.subjectMismatch – as `checkBeforehand`, and everything that `issueCertificate` throws
 */
export async function signCsr(job: CsrFileJob, tools: IssueTools & { practice: boolean }): Promise<Issued> {
  const { ledger } = tools;
  const label = unitSerialSchema.safeParse(job.unitSerial);
  if (!label.success) throw new StationError('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-"');
  const unitSerial = label.data;
  const csr = parseCsr(job.csr);
  const { orderId, actor } = job;
  const standing = await ledger.admitUnit({ unitSerial, orderId, actor, practice: tools.practice });
  const stored = standing.certificate;
  if (stored && stored.spkiSha256 === csr.spkiSha256) return stored;
  const { profile, organisation } = tools.authority();
  const attempt = 0;
  const of = { unitSerial, attempt, actor };
  const at = () => tools.clock.now().toISOString();
  // They go on record with the reservation, in one commit: before anything is signed.
  const pending: PendingEntry[] = [{ kind: 'csr', ...of, at: at(), csrDer: csr.der, spkiSha256: csr.spkiSha256 }];
  let isOnRecord = false;
  const waiting: Along = {
    async along(commit) {
      const made = await commit(pending);
      isOnRecord = true;
      return made;
    },
  };
  try {
    const notes = await checkBeforehand({ csr, unitSerial, profile: profile.name }, tools);
    pending.push({ kind: 'decision', ...of, at: at(), notes });
    const fields = { ...job.hardware, unitSerial, organisation };
    return await issueCertificate({ profile, key: csr, fields, ...of }, tools, waiting);
  } catch (thrown) {
    // A refusal keeps its evidence. When the records are what failed, this fails, too, and the first reason counts.
    if (!isOnRecord) await ledger.recordPending({ pending }).catch(() => {});
    throw thrown;
  }
}
