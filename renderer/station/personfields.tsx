import { useTranslations } from 'use-intl';
import { badge as badgeShape, pinProblemOf, pin as pinShape, usualPinDigits } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { usePinWords } from '../signin/ownpin.tsx';
import type { PersonDraft } from './persondraft.ts';

type Props = { draft: PersonDraft; onDraft: (draft: PersonDraft) => void; leastDigits?: number };

export function PersonFields({ draft, onDraft, leastDigits = usualPinDigits }: Props) {
  const t = useTranslations();
  const words = usePinWords();
  const pinWrong = pinProblemOf(draft.pin, draft.badge, leastDigits);
  const wrongPin = pinShape.safeParse(draft.pin).success
    ? pinWrong && words(pinWrong, leastDigits)
    : t('setup.problem.pin', { digits: leastDigits });
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
        hint={t('station.people.pinHint', { digits: leastDigits })}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={12}
        value={draft.pin}
        problem={wrongPin}
        onValue={(pin) => onDraft({ ...draft, pin })}
      />
    </div>
  );
}
