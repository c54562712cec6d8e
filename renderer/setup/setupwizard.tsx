import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Result, StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { InsistContext } from '../controls/insist.ts';
import { Stepper } from '../controls/stepper.tsx';
import { goTo, hrefTo } from '../route.ts';
import { AuthorityStep } from './authoritystep.tsx';
import { SetupDone } from './setupdone.tsx';
import {
  emptySetupDraft,
  forgetSetupDraft,
  keepSetupDraft,
  keptSetupDraft,
  keptSetupPlace,
  missingSetupSteps,
  type SetupDraft,
  type SetupPlace,
  type SetupStep,
  setupSteps,
} from './setupdraft.ts';
import { SetupReviewStep } from './setupreview.tsx';
import { CloudStep, IdentityStep, PeopleStep, SlotsStep } from './setupsteps.tsx';

/** Sets up a real station beside the practice line. Nothing is made before the last press. */
export function SetupWizard({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations();
  const [resumed, setResumed] = useState(() => keptSetupDraft() !== undefined);
  const [draft, setDraft] = useState<SetupDraft>(() => keptSetupDraft() ?? emptySetupDraft);
  const [place, setPlace] = useState<SetupPlace>(keptSetupPlace);
  const [made, setMade] = useState<Result<'setup.run'>>();
  const [insists, setInsists] = useState(false);
  const page = useRef<HTMLElement>(null);
  const preview = useRead('setup.preview', { name: draft.name, organisation: draft.organisation });
  const drivers = useRead('station.drivers', {}).data ?? [];
  const { at: step } = place;
  const at = setupSteps.indexOf(step);
  const furthest = setupSteps.indexOf(place.furthest);
  const missing: readonly SetupStep[] = missingSetupSteps(draft);
  const change = (part: Partial<SetupDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepSetupDraft(next, place);
  };
  /** Goes to a page. On the way forward, an incomplete page holds a person, and says what it lacks. */
  const visit = (to: SetupStep) => {
    const held = setupSteps.slice(at, setupSteps.indexOf(to)).find((name) => missing.includes(name));
    const next = held ?? to;
    const further = setupSteps.indexOf(next) > furthest ? next : place.furthest;
    setInsists(held !== undefined);
    setPlace({ at: next, furthest: further });
    keepSetupDraft(draft, { at: next, furthest: further });
  };
  useEffect(() => {
    if (!insists || step === undefined) return;
    page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [insists, step]);
  const startOver = () => {
    forgetSetupDraft();
    setDraft(emptySetupDraft);
    setResumed(false);
    setPlace({ at: 'station', furthest: 'station' });
    setInsists(false);
  };
  const props = { draft, change };
  if (made) {
    return (
      <div className="page wizard">
        <h1>{t('setup.title')}</h1>
        <section className="card wizard-page">
          <SetupDone {...made} />
        </section>
      </div>
    );
  }
  return (
    <div className="page wizard">
      <div className="page-head">
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
        steps={setupSteps.map((name, index) => ({
          name,
          label: t(`setup.steps.${name}`),
          done: name !== 'review' && index < furthest && !missing.includes(name),
        }))}
        current={step}
        onVisit={visit}
      />
      <section
        ref={page}
        className="card wizard-page"
        aria-label={t('setup.stepOf', { step: at + 1, total: setupSteps.length, name: t(`setup.steps.${step}`) })}
      >
        <InsistContext value={insists}>
          {step === 'station' && <IdentityStep {...props} />}
          {step === 'ca' && <AuthorityStep {...props} />}
          {step === 'people' && <PeopleStep {...props} />}
          {step === 'slots' && <SlotsStep {...props} drivers={drivers} />}
          {step === 'cloud' && <CloudStep {...props} />}
          {step === 'review' && (
            <SetupReviewStep draft={draft} preview={preview.data} onStep={visit} onMade={setMade} />
          )}
        </InsistContext>
      </section>
      {insists && missing.includes(step) && (
        <p className="wrong" role="alert">
          {t('setup.incomplete')}
        </p>
      )}
      <div className="row spread">
        <Button
          size="bench"
          icon={ArrowLeft}
          disabled={at === 0}
          onClick={() => visit(setupSteps[at - 1] ?? 'station')}
        >
          {t('common.back')}
        </Button>
        {step !== 'review' && (
          <Button
            size="bench"
            kind={missing.includes(step) ? 'plain' : 'primary'}
            onClick={() => visit(setupSteps[at + 1] ?? 'review')}
          >
            {t('common.next')}
            <ArrowRight aria-hidden="true" />
          </Button>
        )}
      </div>
    </div>
  );
}
