import { CircleCheck, CircleHelp, OctagonX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { TargetTest } from '../../app/contract/index.ts';
import { CopyButton } from '../controls/copybutton.tsx';
import { Pill } from '../controls/pill.tsx';
import { useCheckWords } from '../words/checkwords.ts';

const looks = {
  allowed: { tone: 'good', icon: CircleCheck },
  missing: { tone: 'bad', icon: OctagonX },
  unknown: { tone: 'warn', icon: CircleHelp },
} as const;

/** Who AWS takes the station for, and what it may do. What is missing comes with the statement to add. */
export function TestResult({ tested }: { tested: TargetTest }) {
  const t = useTranslations('targets');
  const wordsOf = useCheckWords();
  const { ok, identity, how, permissions, problems, warnings, statement, role } = tested;
  const actions = new Set(permissions.map(({ action }) => action));
  const others = [...problems, ...warnings].filter(({ path }) => !actions.has(path));
  return (
    <div className="stack tight">
      <p className="lead" role="status">
        {ok ? t('well') : t('ill', { count: problems.length })}
      </p>
      {identity && <p>{t('whoAmI', { account: identity.accountId, arn: identity.arn })}</p>}
      {how && <p className="hint">{t(`how.${how}`)}</p>}
      {others.map(({ path, said, message }) => (
        <p key={`${path} ${message}`} className="hint">
          {path}: {said ? wordsOf(said) : message}
        </p>
      ))}
      {role?.state === 'fits' && <p>{t('roleFits')}</p>}
      {role?.add && (
        <>
          <p>{t(`roleAdd.${role.add.to}`)}</p>
          <pre className="code">{role.add.statement}</pre>
          <div className="row">
            <CopyButton text={role.add.statement} label={t('copy')} />
          </div>
        </>
      )}
      {statement && (
        <>
          <p>{t('statement')}</p>
          <pre className="code">{statement}</pre>
          <div className="row">
            <CopyButton text={statement} label={t('copy')} />
          </div>
        </>
      )}
      <details>
        <summary>{t('permissions', { count: String(permissions.length) })}</summary>
        <ul className="plain">
          {permissions.map(({ action, resource, verdict }) => (
            <li key={`${action} ${resource}`}>
              <Pill tone={looks[verdict].tone} icon={looks[verdict].icon}>
                {t(`verdict.${verdict}`)}
              </Pill>{' '}
              {action} <span className="hint">{resource}</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
