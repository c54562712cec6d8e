import { useTranslations } from 'use-intl';
import type { PolicyOutcome, StatementReason } from '../../app/contract/index.ts';

/** Why each of the other statements did not decide. */
export function WhyNot({ reasons }: { reasons: PolicyOutcome['reasons'] }) {
  const t = useTranslations('policies.why');
  const said = (why: StatementReason): string => {
    switch (why.because) {
      case 'variable':
        return t('variable', { name: why.name });
      case 'condition': {
        const { operator, key, given, wanted } = why;
        const values = { operator, key, wanted: wanted.join(', '), given: given.join(', ') };
        return given.length === 0 ? t('conditionAbsent', values) : t('condition', values);
      }
      default:
        return t(why.because);
    }
  };
  return (
    <ul className="why-not">
      {reasons.map(({ statement = 0, sid = '', effect = 'Allow', why }) => (
        <li key={statement}>
          <strong>{t('statement', { statement: statement + 1, sid, effect })}</strong> {said(why)}
        </li>
      ))}
    </ul>
  );
}
