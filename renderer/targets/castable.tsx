import { RefreshCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CasInAws } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useErrorWords } from '../words/index.ts';
import { ChangeCa } from './changeca.tsx';

type Ca = CasInAws['cas'][number];

/** Our CAs, and what each account says of them. AWS is asked again when `version` differs. */
export function CasTable({ version }: { version: string }) {
  const t = useTranslations('targets.cas');
  const { data, error, reload } = useRead('cloud.cas', {}, version);
  return (
    <section className="stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <ErrorNotice error={error} />
      {!data && !error && <p className="hint">{t('asking')}</p>}
      {data?.cas.map((ca) => (
        <CaInTargets key={ca.issuerId} ca={ca} onDone={reload} />
      ))}
      {data && data.others.length > 0 && <p className="hint">{t('others', { count: data.others.length })}</p>}
      <div className="row">
        <Button icon={RefreshCw} onClick={reload}>
          {t('again')}
        </Button>
      </div>
    </section>
  );
}

/** One CA in all targets, with the acts on it. */
function CaInTargets({ ca, onDone }: { ca: Ca; onDone: () => void }) {
  const t = useTranslations('targets.cas');
  const words = useErrorWords();
  return (
    <section className="card stack" aria-label={ca.commonName}>
      <h4>
        {ca.commonName} {ca.active && <span className="hint">{t('active')}</span>}
      </h4>
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('target')}</th>
            <th>{t('state')}</th>
            <th>{t('mode')}</th>
            <th>{t('template')}</th>
            <th>{t('auto')}</th>
          </tr>
        </thead>
        <tbody>
          {ca.at.map(({ target, ca: there, error }) => (
            <tr key={target}>
              <td>{target}</td>
              <td>{error ? words(error).what : t(`status.${there?.status ?? 'none'}`)}</td>
              <td>{there?.mode ?? '–'}</td>
              <td>{there?.template === '' ? t('noName') : (there?.template ?? '–')}</td>
              <td>{there ? t(there.autoRegistration ? 'on' : 'off') : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ChangeCa ca={ca} onDone={onDone} />
    </section>
  );
}
