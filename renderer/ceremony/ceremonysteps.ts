/** The ceremony as data: the questions of each path, and when each is answered. Pure. */
import { type CaView, type HierarchyView, methods, type NewCustody } from '../../app/contract/index.ts';
import { newCustody } from '../../app/contract/model.ts';
import { accessOfDraft } from '../ca/accessdraft.ts';
import { type Rules, wrongPaths } from '../controls/formfields.ts';
import { passphraseFits } from '../controls/passphrasestrength.ts';
import type { CaDraft, CeremonyDraft, CeremonyPath, CustodyDraft, NewSecrets, Secrets } from './ceremonydraft.ts';

export type CeremonyStep =
  | 'kind'
  | 'root'
  | 'rootKey'
  | 'rootReview'
  | 'issuing'
  | 'issuingKey'
  | 'parent'
  | 'file'
  | 'passphrase'
  | 'review';

const flows: Record<CeremonyPath, readonly CeremonyStep[]> = {
  issuing: ['kind', 'issuing', 'issuingKey', 'parent', 'review'],
  both: ['kind', 'root', 'rootKey', 'rootReview', 'issuing', 'issuingKey', 'review'],
  request: ['kind', 'issuing', 'issuingKey', 'review'],
  import: ['kind', 'file', 'passphrase', 'review'],
};

/** Whether the root was just made on this page, so that its secret is still known. */
const rootIsOpen = ({ root }: CeremonyDraft, secrets: Secrets): boolean =>
  root.custody.kind === 'kms' || custodyOf(root, secrets.root) !== undefined;

/** The steps of the path. A root that was made before the page was left must be opened again. */
export function ceremonyStepsOf(draft: CeremonyDraft, secrets: Secrets): readonly CeremonyStep[] {
  if (draft.path === null) return ['kind'];
  const steps = flows[draft.path];
  if (draft.path !== 'both' || draft.rootId === null || rootIsOpen(draft, secrets)) return steps;
  return [...steps.slice(0, -1), 'parent', 'review'];
}

/** A key in KMS as the call takes it. */
const kmsParams = ({ region, keyArn, endpointUrl }: CustodyDraft) => ({
  kind: 'kms',
  region: region.trim(),
  ...(endpointUrl.trim() === '' ? {} : { endpointUrl: endpointUrl.trim() }),
  ...(keyArn.trim() === '' ? {} : { keyArn: keyArn.trim() }),
});

export const kmsRules: Rules<CustodyDraft> = { schema: newCustody, params: kmsParams };

/** The custody for the call; undefined while an answer is missing. */
export function custodyOf({ custody }: CaDraft, secrets: NewSecrets): NewCustody | undefined {
  const { kind, module, tokenSerial } = custody;
  const given = {
    file: { kind, passphrase: secrets.passphrase },
    token: { kind, module, tokenSerial, pin: secrets.pin },
    kms: kmsParams(custody),
  }[kind];
  if (kind === 'file' && !passphraseFits(secrets)) return undefined;
  if (kind === 'token' && secrets.pin === '') return undefined;
  const read = newCustody.safeParse(given);
  return read.success ? read.data : undefined;
}

export const yearsOf = ({ years }: CaDraft): number => (/^\d+$/.test(years) ? Number(years) : Number.NaN);

/** Name, kind of key and years of the CA, as the preview takes them. */
export const detailsRules: Rules<CaDraft> = {
  schema: methods['ca.preview'].params,
  params: (ca) => ({ commonName: ca.commonName, keyType: ca.keyType, years: yearsOf(ca), parentId: null }),
};

/** Whether a step of details is complete. A request has no years. */
const detailsFit = (ca: CaDraft, asksYears: boolean): boolean =>
  wrongPaths(detailsRules.schema, detailsRules.params(ca)).every((path) => path === 'years' && !asksYears);

/** The way to open the parent's key: the secret that was just typed for a root made here, or the typed answers. */
export function parentAccess(draft: CeremonyDraft, secrets: Secrets, parent: CaView | undefined) {
  if (draft.path === 'both' && rootIsOpen(draft, secrets)) {
    const { kind } = draft.root.custody;
    if (kind === 'kms') return { kind: 'secret', secret: '' } as const;
    return { kind: 'secret', secret: kind === 'file' ? secrets.root.passphrase : secrets.root.pin } as const;
  }
  return parent && accessOfDraft(secrets.access, parent.custody);
}

export const parentOf = (draft: CeremonyDraft, { authorities }: HierarchyView): CaView | undefined =>
  authorities.find(({ issuerId }) => issuerId === (draft.path === 'both' ? draft.rootId : draft.parentId));

/** Whether a step is answered. */
export function isComplete(
  step: CeremonyStep,
  draft: CeremonyDraft,
  secrets: Secrets,
  hierarchy: HierarchyView,
): boolean {
  switch (step) {
    case 'kind':
      return draft.path !== null;
    case 'root':
      return detailsFit(draft.root, true);
    case 'rootKey':
      return draft.rootId !== null || custodyOf(draft.root, secrets.root) !== undefined;
    case 'rootReview':
      return draft.rootId !== null;
    case 'issuing':
      return detailsFit(draft.issuing, draft.path !== 'request');
    case 'issuingKey':
      return custodyOf(draft.issuing, secrets.issuing) !== undefined;
    case 'parent':
      return parentAccess(draft, secrets, parentOf(draft, hierarchy)) !== undefined;
    case 'file':
      return secrets.file.content !== '';
    case 'passphrase':
      return passphraseFits(secrets.kept);
    case 'review':
      return false;
  }
}

export const missingCeremonySteps = (
  draft: CeremonyDraft,
  secrets: Secrets,
  hierarchy: HierarchyView,
): CeremonyStep[] =>
  ceremonyStepsOf(draft, secrets).filter((step) => step !== 'review' && !isComplete(step, draft, secrets, hierarchy));
