import { useTranslations } from 'use-intl';
import type { DriverFacts } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { formFields } from '../controls/formfields.ts';
import { PersonFields, usePersonRules } from '../station/personfields.tsx';
import { SlotFields } from '../station/slotfields.tsx';
import { TargetFields } from '../station/targetfields.tsx';
import { targetRules } from '../station/targetrules.ts';
import type { SetupDraft } from './setupdraft.ts';

export type SetupStepProps = { draft: SetupDraft; change: (part: Partial<SetupDraft>) => void };

export function IdentityStep({ draft, change }: SetupStepProps) {
  const t = useTranslations('setup.station');
  return (
    <div className="stack narrow">
      <h2>{t('lead')}</h2>
      <Field
        label={t('name')}
        hint={t('nameHint')}
        problem={draft.name.trim() === '' ? t('nameProblem') : undefined}
        value={draft.name}
        maxLength={60}
        onValue={(name) => change({ name })}
      />
      <Field
        label={t('organisation')}
        hint={t('organisationHint')}
        problem={draft.organisation.trim() === '' ? t('organisationProblem') : undefined}
        value={draft.organisation}
        maxLength={60}
        onValue={(organisation) => change({ organisation })}
      />
    </div>
  );
}

export function PeopleStep({ draft, change }: SetupStepProps) {
  const t = useTranslations('setup');
  const rules = usePersonRules();
  const fieldOf = (role: 'engineer' | 'operator') =>
    formFields(rules, draft[role], (part) => change({ [role]: { ...draft[role], ...part } })).field;
  return (
    <div className="stack">
      <h2>{t('people.lead')}</h2>
      <h3>{t('people.engineer')}</h3>
      <PersonFields field={fieldOf('engineer')} />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.withOperator}
          onChange={(event) => change({ withOperator: event.target.checked })}
        />
        {t('people.withOperator')}
      </label>
      {draft.withOperator && (
        <>
          <h3>{t('people.operator')}</h3>
          <PersonFields field={fieldOf('operator')} />
          {draft.operator.badge !== '' && draft.operator.badge === draft.engineer.badge && (
            <p className="wrong" role="alert">
              {t('problem.badgeTwice')}
            </p>
          )}
        </>
      )}
    </div>
  );
}

export function SlotsStep({ draft, change, drivers }: SetupStepProps & { drivers: readonly DriverFacts[] }) {
  const t = useTranslations();
  const slots = draft.slots.map((slot) => ({
    ...slot,
    driver: slot.driver === '' ? (drivers[0]?.name ?? '') : slot.driver,
  }));
  return (
    <div className="stack">
      <h2>{t('setup.slots.lead')}</h2>
      <p className="hint">{t('station.slots.intro')}</p>
      <SlotFields slots={slots} drivers={drivers} onSlots={(next) => change({ slots: next })} />
    </div>
  );
}

export function CloudStep({ draft, change }: SetupStepProps) {
  const t = useTranslations();
  const rules = { ...targetRules, words: () => t('station.cloud.problem') };
  const target = formFields(rules, draft.target, (part) => change({ target: { ...draft.target, ...part } }));
  const choices = [
    [false, t('setup.cloud.later')],
    [true, t('setup.cloud.now')],
  ] as const;
  return (
    <div className="stack">
      <h2>{t('setup.cloud.lead')}</h2>
      <fieldset aria-label={t('setup.cloud.lead')}>
        {choices.map(([withCloud, label]) => (
          <label key={label} className="check">
            <input
              type="radio"
              name="cloud"
              checked={draft.withCloud === withCloud}
              onChange={() => change({ withCloud })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {draft.withCloud && (
        <>
          <p className="hint">{t('station.cloud.credentials')}</p>
          <TargetFields field={target.field} withDevice />
        </>
      )}
    </div>
  );
}
