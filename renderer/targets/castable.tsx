import { CloudUpload, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { AtTargets, CasInAws } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useErrorWords } from '../words/index.ts';

type Ca = CasInAws['cas'][number];

/** Our CAs, and what each account says of them. */
export function CasTable({ version }: { version: number }) {
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
  const [done, setDone] = useState<AtTargets>();
  const register = useAct('cloud.registerCas');
  const change = useAct('cloud.changeCa');
  const { issuerId } = ca;
  const ended = (result: AtTargets | undefined) => {
    setDone(result);
    if (result) onDone();
  };
  const act = (name: 'activate' | 'deactivate' | 'delete') => async () =>
    ended(await change.run({ issuerId, act: name }));
  const states = ca.at.map(({ ca: there }) => there?.status);
  const missing = ca.at.some(({ ca: there, error }) => there === null && !error);
  return (
    <div className="stack tight">
      <h4>
        {ca.commonName} {ca.active && <span className="hint">{t('active')}</span>}
      </h4>
      <table className="table">
        <thead>
          <tr>
            <th>{t('target')}</th>
            <th>{t('state')}</th>
            <th>{t('mode')}</th>
            <th>{t('auto')}</th>
          </tr>
        </thead>
        <tbody>
          {ca.at.map(({ target, ca: there, error }) => (
            <tr key={target}>
              <td>{target}</td>
              <td>{error ? words(error).what : t(`status.${there?.status ?? 'none'}`)}</td>
              <td>{there?.mode ?? '–'}</td>
              <td>{there ? t(there.autoRegistration ? 'on' : 'off') : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        {missing && !ca.revoked && (
          <Button
            kind="primary"
            icon={CloudUpload}
            busy={register.busy}
            onClick={async () => ended(await register.run({ issuerId }))}
          >
            {t('register')}
          </Button>
        )}
        {states.includes('INACTIVE') && !ca.revoked && (
          <Button busy={change.busy} onClick={act('activate')}>
            {t('activate')}
          </Button>
        )}
        {states.includes('ACTIVE') && (
          <Button busy={change.busy} onClick={act('deactivate')}>
            {t('deactivate')}
          </Button>
        )}
        {states.includes('INACTIVE') && (
          <Button kind="danger" busy={change.busy} onClick={act('delete')}>
            {t('delete')}
          </Button>
        )}
      </div>
      {states.includes('ACTIVE') && <p className="hint">{t('deactivateMeaning')}</p>}
      <ErrorNotice error={register.error ?? change.error} />
      {done?.results
        .filter(({ error }) => error !== undefined)
        .map(({ target, error }) => (
          <p key={target} role="status">
            {target}: {error && words(error).what}
          </p>
        ))}
    </div>
  );
}
