/** What each step of a ceremony is given, and what a ceremony comes to. */
import type { CaRequestView, HierarchyView, StationStatus } from '../../app/contract/index.ts';
import type { CeremonyDraft, Secrets } from './ceremonydraft.ts';

export type CeremonyStepProps = {
  draft: CeremonyDraft;
  change: (part: Partial<CeremonyDraft>) => void;
  secrets: Secrets;
  changeSecrets: (part: Partial<Secrets>) => void;
  hierarchy: HierarchyView;
  status: StationStatus;
};

/** What a ceremony came to: a CA, or a request that a CA elsewhere is to sign. */
export type MadeCa = { issuerId: string } | { request: CaRequestView };
