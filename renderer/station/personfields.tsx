import { useTranslations } from 'use-intl';
import { badge as badgeShape, pin as pinShape } from '../../app/contract/model.ts';
import { Field } from '../parts/field.tsx';
import type { PersonDraft } from './person.ts';

export function PersonFields({ draft, onDraft }: { draft: PersonDraft; onDraft: (draft: PersonDraft) => void }) {
  const t = useTranslations();
  return (
    <div className="fields three">
      <Field
        label={t('station.people.name')}
        value={draft.name}
        maxLength={60}
        onValue={(name) => onDraft({ ...draft, name })}
      />
      <Field
        label={t('station.people.badge')}
        hint={t('station.people.badgeHint')}
        value={draft.badge}
        maxLength={32}
        data-scan="newBadge"
        problem={badgeShape.safeParse(draft.badge).success ? undefined : t('setup.problem.badge')}
        onValue={(badge) => onDraft({ ...draft, badge })}
      />
      <Field
        label={t('station.people.pin')}
        hint={t('station.people.pinHint')}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={12}
        value={draft.pin}
        problem={pinShape.safeParse(draft.pin).success ? undefined : t('setup.problem.pin')}
        onValue={(pin) => onDraft({ ...draft, pin })}
      />
    </div>
  );
}
