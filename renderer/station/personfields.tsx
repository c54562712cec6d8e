import { useTranslations } from 'use-intl';
import { pinProblemOf, pin as pinShape, usualPinDigits } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import type { Fields, Rules } from '../controls/formfields.ts';
import { usePinWords } from '../signin/ownpin.tsx';
import { type PersonDraft, personRules } from './personrules.ts';

/** The rules for a new person, with the words for mistakes. */
export function usePersonRules(leastDigits = usualPinDigits): Rules<PersonDraft> {
  const t = useTranslations('setup.problem');
  const pinWords = usePinWords();
  const wordsOfPin = ({ pin, badge }: PersonDraft) => {
    if (!pinShape.safeParse(pin).success) return t('pin', { digits: leastDigits });
    const problem = pinProblemOf(pin, badge, leastDigits);
    return problem && pinWords(problem, leastDigits);
  };
  const words = (name: keyof PersonDraft, draft: PersonDraft) => {
    if (name === 'name') return t('name');
    if (name === 'badge') return t('badge');
    return name === 'pin' ? wordsOfPin(draft) : undefined;
  };
  return { ...personRules(leastDigits), words };
}

type Props = { field: Fields<PersonDraft>['field']; leastDigits?: number };

export function PersonFields({ field, leastDigits = usualPinDigits }: Props) {
  const t = useTranslations('station.people');
  return (
    <div className="fields three">
      <Field label={t('name')} maxLength={60} {...field('name')} />
      <Field label={t('badge')} hint={t('badgeHint')} maxLength={32} data-scan="newBadge" {...field('badge')} />
      <Field
        label={t('pin')}
        hint={t('pinHint', { digits: leastDigits })}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={12}
        {...field('pin')}
      />
    </div>
  );
}
