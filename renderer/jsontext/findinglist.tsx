import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CheckFinding, CheckReport } from '../../app/contract/index.ts';

type Place = { line: number; column: number };
type Props = { report: Pick<CheckReport, 'problems' | 'warnings'>; onPlace: (place: Place) => void };

/** What a check found: problems first, then warnings, each with a link to its place and the page of AWS that says so. */
export function FindingList({ report, onPlace }: Props) {
  const t = useTranslations('editor');
  const item = (kind: 'problem' | 'warning') => (finding: CheckFinding) => {
    const { path, message, source, line = 1, column = 1 } = finding;
    const Icon = kind === 'problem' ? CircleAlert : TriangleAlert;
    return (
      <li key={`${kind} ${path} ${message}`} className={`is-${kind}`}>
        <Icon aria-hidden="true" />
        <div>
          <p>
            <span className="unseen">{t(kind)}: </span>
            {message}
          </p>
          <p className="fine">
            <button type="button" className="to-line" onClick={() => onPlace({ line, column })}>
              {t('line', { line })}
            </button>
            {path !== '' && <code>{path}</code>}
            {source !== undefined && <span className="hint">{source}</span>}
          </p>
        </div>
      </li>
    );
  };
  const { problems, warnings } = report;
  if (problems.length + warnings.length === 0) return null;
  return (
    <div className={problems.length > 0 ? 'mistakes' : 'mistakes warnings'} role="status">
      <p className="lead">
        <strong>{t('found', { problems: problems.length, warnings: warnings.length })}</strong>
      </p>
      <ul>
        {problems.map(item('problem'))}
        {warnings.map(item('warning'))}
      </ul>
    </div>
  );
}
