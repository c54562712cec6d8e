/** A certificate for a CSR that came as a file: the same gate, the same records, no device conversation. */
import { decide, parseCsr, requireAllowed } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { unitSerial as unitSerialSchema } from '../contract/model.ts';
import { type Issued, type IssueTools, issueCertificate } from './issue.ts';

export type CsrFileJob = {
  csr: Uint8Array;
  unitSerial: string;
  orderId: string | undefined;
  actor: string;
  /** What no device said here; needed only where the profile draws on it. */
  hardware?: { model?: string; hardwareId?: string };
};

/** Idempotent: the same key for the same unit gets the stored certificate. The unit counts as issued, not as passed. */
export async function signCsr(job: CsrFileJob, tools: IssueTools & { practice: boolean }): Promise<Issued> {
  const { ledger } = tools;
  const label = unitSerialSchema.safeParse(job.unitSerial);
  if (!label.success) throw new StationError('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-"');
  const unitSerial = label.data;
  const csr = parseCsr(job.csr);
  const orderId = job.orderId ?? (await ledger.activeOrder())?.orderId;
  if (orderId === undefined) throw new StationError('order.none', 'no order is active; name one');
  const standing = await ledger.admitUnit({ unitSerial, orderId, actor: job.actor, practice: tools.practice });
  const stored = standing.certificate;
  if (stored && stored.spkiSha256 === csr.spkiSha256) return stored;
  const attempt = 0;
  await ledger.recordCsr({ unitSerial, attempt, csrDer: csr.der, spkiSha256: csr.spkiSha256 });
  const known = await ledger.policyFacts({ unitSerial, spkiSha256: csr.spkiSha256 });
  const { profile, organisation, caPublicKeys } = tools.authority();
  const notes = requireAllowed(decide({ csr, unitSerial, caPublicKeys, ...known }));
  await ledger.recordDecision({ unitSerial, attempt, notes, actor: job.actor });
  return issueCertificate(
    { profile, key: csr, fields: { ...job.hardware, unitSerial, organisation } },
    { unitSerial, attempt, actor: job.actor },
    tools,
  );
}
