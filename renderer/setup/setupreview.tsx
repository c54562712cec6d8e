import { Factory } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Result } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { forgetSetupDraft, missingSetupSteps, planOf, type SetupDraft, type SetupStep } from './setupdraft.ts';

type Props = {
  draft: SetupDraft;
  preview: Result<'setup.preview'> | undefined;
  onStep: (step: SetupStep) => void;
  onMade: (made: Result<'setup.run'>) => void;
};

/** Shows the plan, and makes the station. */
export function SetupReviewStep({ draft, preview, onStep, onMade }: Props) {
  const t = useTranslations();
  const { run, busy, error } = useAct('setup.run');
  const missing = missingSetupSteps(draft);
  const plan = planOf(draft);
  const person = (role: 'engineer' | 'operator') =>
    `${draft[role].name} (${t(`header.role.${role}`)}, ${draft[role].badge})`;
  return (
    <div className="stack">
      <h2>{t('setup.review.lead')}</h2>
      <NamedValues
        facts={[
          [t('setup.review.folder'), <code key="f">{preview?.folder}</code>],
          [t('setup.review.rootSubject'), <code key="r">{preview?.rootSubject}</code>],
          [t('setup.review.issuingSubject'), <code key="i">{preview?.issuingSubject}</code>],
          [
            t('setup.review.people'),
            draft.withOperator ? `${person('engineer')}, ${person('operator')}` : person('engineer'),
          ],
          [t('setup.review.slots'), draft.slots.map((slot) => `${slot.slotId}: ${slot.port}`).join(' · ')],
          [
            t('setup.review.cloud'),
            draft.withCloud ? `${draft.target.bucket}, ${draft.target.region}` : t('setup.review.later'),
          ],
        ]}
      />
      {preview?.exists && <p className="wrong">{t('setup.review.exists')}</p>}
      {missing.length > 0 && (
        <div className="notice">
          {t('setup.review.missing')}
          {missing.map((step) => (
            <Button key={step} onClick={() => onStep(step)}>
              {t(`setup.steps.${step}`)}
            </Button>
          ))}
        </div>
      )}
      <ErrorNotice error={error} />
      <div className="row">
        <Button
          size="bench"
          kind="primary"
          icon={Factory}
          busy={busy}
          disabled={!plan || preview?.exists === true}
          onClick={async () => {
            const result = plan && (await run(plan));
            if (!result) return;
            forgetSetupDraft();
            onMade(result);
          }}
        >
          {busy ? t('setup.review.running') : t('setup.review.run')}
        </Button>
      </div>
    </div>
  );
}
