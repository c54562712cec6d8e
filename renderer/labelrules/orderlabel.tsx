import { useTranslations } from 'use-intl';
import { SelectField } from '../controls/selectfield.tsx';
import { emptyRuleDraft, type RuleDraft } from './ruledraft.ts';
import { UnitRuleFields } from './rulefields.tsx';

type Props = { draft: RuleDraft | null; onDraft: (draft: RuleDraft | null) => void };

/** An order's own label rule; null means the rule of its recipe or of the station. */
export function OrderLabel({ draft, onDraft }: Props) {
  const t = useTranslations('labels');
  return (
    <div className="stack">
      <div className="fields three">
        <SelectField
          label={t('orderLabel')}
          value={draft ? 'own' : 'inherit'}
          options={[
            { value: 'inherit', label: t('inherit') },
            { value: 'own', label: t('own') },
          ]}
          onPick={(next) => onDraft(next === 'own' ? emptyRuleDraft : null)}
        />
      </div>
      {draft && <UnitRuleFields draft={draft} onDraft={onDraft} />}
    </div>
  );
}
