import { CircleCheck, CircleHelp, CircleSlash, OctagonX, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PolicyOutcome } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Pill } from '../controls/pill.tsx';
import { type DecisionRow, requestOf } from './decisionrows.ts';
import { WhyNot } from './whynot.tsx';

const looks = {
  ALLOWED: { tone: 'good', icon: CircleCheck },
  EXPLICIT_DENY: { tone: 'bad', icon: OctagonX },
  IMPLICIT_DENY: { tone: 'warn', icon: CircleSlash },
} as const;

type Props = {
  row: DecisionRow;
  number: number;
  outcome: PolicyOutcome | undefined;
  onRow: (row: DecisionRow) => void;
  onRemove: () => void;
};

/** One request: its fields, the decision, and on demand why the other statements did not decide. */
export function DecisionLine({ row, number, outcome, onRow, onRemove }: Props) {
  const t = useTranslations('policies.table');
  const [open, setOpen] = useState(false);
  const id = useId();
  const look = outcome && looks[outcome.decision];
  const field = (part: 'action' | 'resource') => (
    <label className={`decision-${part}`}>
      <span className="fine">{t(part)}</span>
      <input
        className="input"
        aria-label={`${t(part)} ${number}`}
        autoComplete="off"
        spellCheck={false}
        maxLength={2048}
        value={row[part]}
        onChange={(event) => onRow({ ...row, [part]: event.target.value })}
      />
    </label>
  );
  const broken = requestOf(row) === undefined;
  return (
    <li className="decision">
      {field('action')}
      <label className="decision-context">
        <span className="fine">{t('context')}</span>
        <textarea
          className="input area"
          aria-label={`${t('context')} ${number}`}
          aria-invalid={broken}
          aria-describedby={broken ? `${id}-broken` : undefined}
          placeholder="iot:ClientId = …"
          rows={Math.min(6, row.context.split('\n').length)}
          wrap="off"
          maxLength={4000}
          spellCheck={false}
          autoComplete="off"
          value={row.context}
          onChange={(event) => onRow({ ...row, context: event.target.value })}
        />
        {broken && (
          <span id={`${id}-broken`} className="wrong">
            {t('contextBroken')}
          </span>
        )}
      </label>
      {field('resource')}
      <div className="decision-answer" role="status" aria-label={`${t('decision')} ${number}`}>
        {look ? (
          <>
            <Pill tone={look.tone} icon={look.icon}>
              {t(`is.${outcome.decision}`)}
            </Pill>
            <span className="fine">
              {outcome.statement === undefined
                ? t('byNone')
                : t('by', { statement: outcome.statement + 1, sid: outcome.sid ?? '' })}
            </span>
          </>
        ) : (
          <span className="hint">{t('none')}</span>
        )}
      </div>
      <div className="decision-acts">
        <Button
          kind="quiet"
          icon={CircleHelp}
          aria-label={`${t('why')} ${number}`}
          title={t('why')}
          aria-expanded={open}
          disabled={!outcome || outcome.reasons.length === 0}
          onClick={() => setOpen(!open)}
        />
        <Button
          kind="quiet"
          icon={Trash2}
          aria-label={`${t('remove')} ${number}`}
          title={t('remove')}
          onClick={onRemove}
        />
      </div>
      {open && outcome && <WhyNot reasons={outcome.reasons} />}
    </li>
  );
}
