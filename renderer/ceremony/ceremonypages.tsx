import type { HierarchyView, StationStatus } from '../../app/contract/index.ts';
import type { Draft, Secrets } from './ceremonydraft.ts';
import type { Step } from './ceremonysteps.ts';
import type { Made } from './ceremonywizard.tsx';
import { CustodyStep } from './custodystep.tsx';
import { AboutStep } from './detailsstep.tsx';
import { FileStep, KeepStep } from './importsteps.tsx';
import { KindStep } from './kindstep.tsx';
import { ParentStep } from './parentstep.tsx';
import { ReviewStep, RootReviewStep } from './reviewsteps.tsx';

export type StepProps = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  secrets: Secrets;
  changeSecrets: (part: Partial<Secrets>) => void;
  hierarchy: HierarchyView;
  status: StationStatus;
};

type Props = StepProps & {
  step: Step;
  missing: readonly Step[];
  onStep: (step: Step) => void;
  onRoot: (issuerId: string) => void;
  onMade: (made: Made) => void;
};

/** The page of a step. */
export function Pages({ step, missing, onStep, onRoot, onMade, ...props }: Props) {
  switch (step) {
    case 'kind':
      return <KindStep {...props} />;
    case 'root':
      return <AboutStep {...props} which="root" />;
    case 'rootKey':
      return <CustodyStep {...props} which="root" key="root" />;
    case 'rootReview':
      return <RootReviewStep {...props} missing={missing} onStep={onStep} onRoot={onRoot} />;
    case 'issuing':
      return <AboutStep {...props} which="issuing" />;
    case 'issuingKey':
      return <CustodyStep {...props} which="issuing" key="issuing" />;
    case 'parent':
      return <ParentStep {...props} />;
    case 'file':
      return <FileStep {...props} />;
    case 'passphrase':
      return <KeepStep {...props} />;
    case 'review':
      return <ReviewStep {...props} missing={missing} onStep={onStep} onMade={onMade} />;
  }
}
