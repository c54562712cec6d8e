import { useTranslations } from 'use-intl';
import { checkKind, labelRule } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { partFits, type RuleDraft } from './ruledraft.ts';

/** Patterns to begin with. They contain no words. */
export const examples = { unit: 'SN:(?P<serial>[A-Z0-9]{8})', badge: '[A-Z]{2}-[0-9]{4}', order: 'WO:(?P<order>.+)' };

type Props = { draft: RuleDraft; onDraft: (draft: RuleDraft) => void; hint?: string };

const kinds = labelRule.options.map(({ shape }) => shape.kind.value);

/** The rule for units' labels: first its kind, then the fields for that kind. */
export function UnitRuleFields({ draft, onDraft }: Props) {
  const t = useTranslations('labels');
  return (
    <div className="stack">
      <div className="fields three">
        <SelectField
          label={t('kind')}
          value={draft.kind}
          options={kinds.map((value) => ({
            value,
            label: `${t(`kinds.${value}.label`)} · ${t(`kinds.${value}.hint`)}`,
          }))}
          onPick={(kind) => onDraft({ ...draft, kind })}
        />
      </div>
      {draft.kind === 'pattern' && (
        <PatternFields draft={draft} onDraft={onDraft} hint={t('patternHint', { example: examples.unit })} />
      )}
      {draft.kind === 'gs1' && (
        <>
          <div className="fields three">
            <LengthFields draft={draft} onDraft={onDraft} hint={t('lengthNeeded')} />
          </div>
          <TextArea
            label={t('gtins')}
            hint={partFits('gtins', draft) ? t('gtinsHint') : t('gtinsProblem')}
            rows={3}
            maxLength={20_000}
            value={draft.gtins}
            onValue={(gtins) => onDraft({ ...draft, gtins })}
          />
        </>
      )}
    </div>
  );
}

/** A pattern with its check digit and length. */
export function PatternFields({ draft, onDraft, hint }: Props) {
  const t = useTranslations('labels');
  return (
    <div className="fields three">
      <div className="rule-pattern">
        <Field
          label={t('pattern')}
          {...(hint === undefined ? {} : { hint })}
          maxLength={500}
          value={draft.pattern}
          onValue={(pattern) => onDraft({ ...draft, pattern })}
        />
      </div>
      <SelectField
        label={t('check')}
        value={draft.check}
        options={checkKind.options.map((value) => ({ value, label: t(`checks.${value}`) }))}
        onPick={(check) => onDraft({ ...draft, check })}
      />
      <LengthFields draft={draft} onDraft={onDraft} hint={t('lengthHint')} />
    </div>
  );
}

function LengthFields({ draft, onDraft, hint }: Props) {
  const t = useTranslations('labels');
  const problem = partFits('length', draft) ? undefined : t('lengthProblem');
  const shared = { inputMode: 'numeric', maxLength: 4, problem, ...(hint === undefined ? {} : { hint }) } as const;
  return (
    <>
      <Field {...shared} label={t('min')} value={draft.min} onValue={(min) => onDraft({ ...draft, min })} />
      <Field {...shared} label={t('max')} value={draft.max} onValue={(max) => onDraft({ ...draft, max })} />
    </>
  );
}
