import { CircleAlert, CircleCheck, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PreflightFinding } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useCheckWords } from '../words/checkwords.ts';

/** Asks AWS for all that a batch needs, before anything is sent, and shows what is missing as one list. */
export function BatchCheck({ batchId }: { batchId: string }) {
  const t = useTranslations('batches.preflight');
  const { run, busy, error } = useAct('batches.check');
  const [report, setReport] = useState<Awaited<ReturnType<typeof run>>>();
  return (
    <section className="card" aria-label={t('title')}>
      <div className="row spread">
        <p className="hint">{t('hint')}</p>
        <Button icon={ListChecks} busy={busy} onClick={async () => setReport(await run({ batchId }))}>
          {t('run')}
        </Button>
      </div>
      <ErrorNotice error={error} />
      {report && (
        <div role="status">
          <p className="row">
            {report.ok ? <CircleCheck aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
            <strong>{report.ok ? t('ok') : t('missing', { count: report.problems.length })}</strong>
          </p>
          <Findings findings={report.problems} />
          <Findings findings={report.warnings} />
        </div>
      )}
    </section>
  );
}

function Findings({ findings }: { findings: readonly PreflightFinding[] }) {
  const t = useTranslations('batches.preflight');
  const wordsOf = useCheckWords();
  return (
    <ul className="reasons">
      {findings.map(({ code, path, name, said, source }) => (
        <li key={`${code} ${path}`} title={wordsOf(said)}>
          <strong>
            {t(`${code}.what`, { name, message: path === 'template' ? wordsOf(said) : `${path}: ${wordsOf(said)}` })}
          </strong>
          <p className="hint">
            {t(`${code}.next`)}{' '}
            {source !== undefined && (
              <code className="mono" lang="en">
                {source}
              </code>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
