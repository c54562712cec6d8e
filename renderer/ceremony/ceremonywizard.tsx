import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { HierarchyView, StationStatus } from '../../app/contract/index.ts';
import { SubPage } from '../ca/subpage.tsx';
import { Button } from '../controls/button.tsx';
import { Stepper } from '../controls/stepper.tsx';
import {
  type CeremonyDraft,
  firstCeremonyDraft,
  forgetCeremonyDraft,
  keepCeremonyDraft,
  keptCeremonyDraft,
  noSecrets,
  type Secrets,
} from './ceremonydraft.ts';
import { CeremonyPages } from './ceremonypages.tsx';
import type { MadeCa } from './ceremonystepprops.ts';
import { type CeremonyStep, ceremonyStepsOf, isComplete, missingCeremonySteps } from './ceremonysteps.ts';
import { FollowUpPage } from './followuppage.tsx';

type Props = { status: StationStatus; hierarchy: HierarchyView; onChanged: () => void };

/**
 * Makes a CA with a person who does it once in five years. It asks plain questions and shows the result before it makes
 * anything.
 */
export function CeremonyWizard({ status, hierarchy, onChanged }: Props) {
  const t = useTranslations('ceremony');
  const common = useTranslations('common');
  const [fresh] = useState(() => firstCeremonyDraft(hierarchy, status));
  const [resumed, setResumed] = useState(() => keptCeremonyDraft(fresh) !== undefined);
  const [draft, setDraft] = useState<CeremonyDraft>(() => keptCeremonyDraft(fresh) ?? fresh);
  const [secrets, setSecrets] = useState<Secrets>(noSecrets);
  const [step, setStep] = useState<CeremonyStep>(draft.rootId === null ? 'kind' : 'issuing');
  const [visited, setVisited] = useState<ReadonlySet<CeremonyStep>>(() => new Set([step]));
  const [made, setMade] = useState<MadeCa>();
  const page = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const steps = ceremonyStepsOf(draft, secrets);
  const at = Math.max(0, steps.indexOf(step));
  const atReview = steps[at] === 'review' || steps[at] === 'rootReview';
  const isDone = (one: CeremonyStep) => isComplete(one, draft, secrets, hierarchy);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the step that is shown is what counts
  useEffect(() => {
    if (moved.current) page.current?.focus();
    moved.current = false;
  }, [step]);

  const visit = (to: CeremonyStep | undefined) => {
    if (to === undefined) return;
    moved.current = true;
    setVisited(new Set([...visited, step, to]));
    setStep(to);
  };
  const change = (part: Partial<CeremonyDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepCeremonyDraft(next);
  };
  const startOver = () => {
    forgetCeremonyDraft();
    setDraft(firstCeremonyDraft(hierarchy, status));
    setSecrets(noSecrets);
    setResumed(false);
    visit('kind');
  };
  const finish = (result: MadeCa) => {
    forgetCeremonyDraft();
    setSecrets(noSecrets);
    setMade(result);
    onChanged();
  };
  if (made) return <FollowUpPage made={made} status={status} hierarchy={hierarchy} onChanged={onChanged} />;
  return (
    <SubPage title={t('title')} hint={t('intro')}>
      {resumed && (
        <div className="notice">
          <p>{draft.rootId === null ? t('resumed') : t('resumedRoot')}</p>
          <Button onClick={startOver}>{t('startOver')}</Button>
        </div>
      )}
      {steps.length > 1 && (
        <Stepper
          steps={steps.map((name) => ({
            name,
            label: t(`step.${name}`),
            done: name !== step && visited.has(name) && isDone(name),
          }))}
          current={step}
          onVisit={(name) => visit(name)}
        />
      )}
      <section
        ref={page}
        tabIndex={-1}
        className="ceremony-page"
        aria-label={t('stepOf', { step: at + 1, total: steps.length, name: t(`step.${steps[at] ?? 'kind'}`) })}
      >
        <CeremonyPages
          step={steps[at] ?? 'kind'}
          {...{ draft, change, secrets, status, hierarchy }}
          changeSecrets={(part) => setSecrets({ ...secrets, ...part })}
          missing={missingCeremonySteps(draft, secrets, hierarchy)}
          onStep={visit}
          onRoot={(rootId) => {
            change({ rootId });
            onChanged();
            visit('issuing');
          }}
          onMade={finish}
        />
      </section>
      <div className={`row spread ceremony-acts ${atReview ? 'still' : ''}`}>
        {at === 0 ? (
          <span />
        ) : (
          <Button size="bench" icon={ArrowLeft} onClick={() => visit(steps[at - 1])}>
            {common('back')}
          </Button>
        )}
        {!atReview && (
          <Button
            size="bench"
            kind={isDone(step) ? 'primary' : 'plain'}
            disabled={at >= steps.length - 1}
            onClick={() => visit(steps[at + 1])}
          >
            {common('next')}
            <ArrowRight aria-hidden="true" />
          </Button>
        )}
      </div>
    </SubPage>
  );
}
