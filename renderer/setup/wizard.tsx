import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { Stepper } from '../parts/stepper.tsx';
import { goTo, hrefTo } from '../route.ts';
import { AuthorityStep } from './authority.tsx';
import { complete, type Draft, emptyDraft, forgetDraft, keepDraft, keptDraft, type Step, steps } from './draft.ts';
import { CloudStep, IdentityStep, PeopleStep, SlotsStep } from './forms.tsx';
import { ReviewStep } from './review.tsx';

/** Sets up a real station beside the practice line. Nothing is made before the last press. */
export function Wizard({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations();
  const [resumed, setResumed] = useState(() => keptDraft() !== undefined);
  const [draft, setDraft] = useState<Draft>(() => keptDraft() ?? emptyDraft);
  const [at, setAt] = useState(0);
  const [furthest, setFurthest] = useState(0);
  const visit = (index: number) => {
    setAt(index);
    setFurthest(Math.max(furthest, index));
  };
  const preview = useRead('setup.preview', { name: draft.name, organisation: draft.organisation });
  const drivers = useRead('station.drivers', {}).data ?? [];
  const step: Step = steps[at] ?? 'station';
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const startOver = () => {
    forgetDraft();
    setDraft(emptyDraft);
    setResumed(false);
    setAt(0);
    setFurthest(0);
  };
  const props = { draft, change };
  return (
    <div className="page wizard">
      <div className="desk-head">
        <h1>{t('setup.title')}</h1>
        <p className="hint">{t('setup.intro')}</p>
        <span className="grow" />
        <Button onClick={() => goTo(status?.practice === false ? hrefTo.station() : hrefTo.bench)}>
          {t('setup.leave')}
        </Button>
      </div>
      {resumed && (
        <div className="notice">
          <p>{t('setup.resumed')}</p>
          <Button onClick={startOver}>{t('setup.startOver')}</Button>
        </div>
      )}
      <Stepper
        steps={steps.map((name, index) => ({
          name,
          label: t(`setup.steps.${name}`),
          done: name !== 'review' && index < furthest && complete[name](draft),
        }))}
        current={step}
        onVisit={(name) => visit(steps.indexOf(name))}
      />
      <section
        className="card wizard-page"
        aria-label={t('setup.stepOf', { step: at + 1, total: steps.length, name: t(`setup.steps.${step}`) })}
      >
        {step === 'station' && <IdentityStep {...props} />}
        {step === 'ca' && <AuthorityStep {...props} />}
        {step === 'people' && <PeopleStep {...props} />}
        {step === 'slots' && <SlotsStep {...props} drivers={drivers} />}
        {step === 'cloud' && <CloudStep {...props} />}
        {step === 'review' && (
          <ReviewStep draft={draft} preview={preview.data} onStep={(name) => visit(steps.indexOf(name))} />
        )}
      </section>
      <div className="row spread">
        <Button size="bench" icon={ArrowLeft} disabled={at === 0} onClick={() => visit(at - 1)}>
          {t('common.back')}
        </Button>
        {step !== 'review' && (
          <Button size="bench" kind={complete[step](draft) ? 'primary' : 'plain'} onClick={() => visit(at + 1)}>
            {t('common.next')}
            <ArrowRight aria-hidden="true" />
          </Button>
        )}
      </div>
    </div>
  );
}
