import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaRequestView, HierarchyView, StationStatus } from '../../app/contract/index.ts';
import { SubPage } from '../ca/subpage.tsx';
import { Button } from '../controls/button.tsx';
import { Stepper } from '../controls/stepper.tsx';
import { type Draft, firstDraft, forgetDraft, keepDraft, keptDraft, noSecrets, type Secrets } from './ceremonydraft.ts';
import { Pages } from './ceremonypages.tsx';
import { isComplete, missingSteps, type Step, stepsOf } from './ceremonysteps.ts';
import { WhatNow } from './followuppage.tsx';

type Props = { status: StationStatus; hierarchy: HierarchyView; onChanged: () => void };

/** What a ceremony came to. */
export type Made = { issuerId: string } | { request: CaRequestView };

/** Makes a CA with somebody who does it once in five years: plain questions, nothing made before it was seen. */
export function CeremonyWizard({ status, hierarchy, onChanged }: Props) {
  const t = useTranslations('ceremony');
  const common = useTranslations('common');
  const [fresh] = useState(() => firstDraft(hierarchy, status));
  const [resumed, setResumed] = useState(() => keptDraft(fresh) !== undefined);
  const [draft, setDraft] = useState<Draft>(() => keptDraft(fresh) ?? fresh);
  const [secrets, setSecrets] = useState<Secrets>(noSecrets);
  const [step, setStep] = useState<Step>(draft.rootId === null ? 'kind' : 'issuing');
  const [visited, setVisited] = useState<ReadonlySet<Step>>(() => new Set([step]));
  const [made, setMade] = useState<Made>();
  const page = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const steps = stepsOf(draft, secrets);
  const at = Math.max(0, steps.indexOf(step));
  const atReview = steps[at] === 'review' || steps[at] === 'rootReview';
  const isDone = (one: Step) => isComplete(one, draft, secrets, hierarchy);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the step that is shown is what counts
  useEffect(() => {
    if (moved.current) page.current?.focus();
    moved.current = false;
  }, [step]);

  const visit = (to: Step | undefined) => {
    if (to === undefined) return;
    moved.current = true;
    setVisited(new Set([...visited, step, to]));
    setStep(to);
  };
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const startOver = () => {
    forgetDraft();
    setDraft(firstDraft(hierarchy, status));
    setSecrets(noSecrets);
    setResumed(false);
    visit('kind');
  };
  const finish = (result: Made) => {
    forgetDraft();
    setSecrets(noSecrets);
    setMade(result);
    onChanged();
  };
  if (made) return <WhatNow made={made} status={status} hierarchy={hierarchy} onChanged={onChanged} />;
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
        <Pages
          step={steps[at] ?? 'kind'}
          {...{ draft, change, secrets, status, hierarchy }}
          changeSecrets={(part) => setSecrets({ ...secrets, ...part })}
          missing={missingSteps(draft, secrets, hierarchy)}
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
