import type { CeremonyStepProps, MadeCa } from './ceremonystepprops.ts';
import type { CeremonyStep } from './ceremonysteps.ts';
import { CustodyStep } from './custodystep.tsx';
import { DetailsStep } from './detailsstep.tsx';
import { ImportedKeyStep, ImportFileStep } from './importsteps.tsx';
import { KindStep } from './kindstep.tsx';
import { ParentStep } from './parentstep.tsx';
import { CaReviewStep, RootReviewStep } from './reviewsteps.tsx';

type Props = CeremonyStepProps & {
  step: CeremonyStep;
  missing: readonly CeremonyStep[];
  onStep: (step: CeremonyStep) => void;
  onRoot: (issuerId: string) => void;
  onMade: (made: MadeCa) => void;
};

/** The page of a step. */
export function CeremonyPages({ step, missing, onStep, onRoot, onMade, ...props }: Props) {
  switch (step) {
    case 'kind':
      return <KindStep {...props} />;
    case 'root':
      return <DetailsStep {...props} which="root" />;
    case 'rootKey':
      return <CustodyStep {...props} which="root" key="root" />;
    case 'rootReview':
      return <RootReviewStep {...props} missing={missing} onStep={onStep} onRoot={onRoot} />;
    case 'issuing':
      return <DetailsStep {...props} which="issuing" />;
    case 'issuingKey':
      return <CustodyStep {...props} which="issuing" key="issuing" />;
    case 'parent':
      return <ParentStep {...props} />;
    case 'file':
      return <ImportFileStep {...props} />;
    case 'passphrase':
      return <ImportedKeyStep {...props} />;
    case 'review':
      return <CaReviewStep {...props} missing={missing} onStep={onStep} onMade={onMade} />;
  }
}
