import { FilePlus2, ShieldCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { DocumentView, StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { PolicyPage } from './policypage.tsx';

type Props = { status: StationStatus; engineer: boolean; detail: string };

/** The policies that the station keeps. `detail` is `NAME`, or empty with `/new` for a new one. */
export function PolicyList({ status, engineer, detail }: Props) {
  const t = useTranslations('policies');
  const app = useTranslations('app');
  const { data, error, reload } = useRead('documents.list', { kind: 'policy' }, status.seq);
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{app('loading')}</p>;
  const latest = latestOf(data);
  const versionsOf = (name: string) => data.filter((one) => one.name === name && one.text !== null);
  const names = latest.map(({ name }) => name);
  if (detail === '/new' && engineer)
    return (
      <PolicyPage
        key="new"
        policy={undefined}
        versions={[]}
        {...{ names, engineer, targets: status.targets }}
        onChanged={reload}
      />
    );
  const shown = latest.find(({ name }) => encodeURIComponent(name) === detail || name === detail);
  if (shown)
    return (
      <PolicyPage
        key={shown.name}
        policy={shown}
        versions={versionsOf(shown.name)}
        {...{ names, engineer, targets: status.targets }}
        onChanged={reload}
      />
    );
  return (
    <div className="stack">
      <div className="page-head">
        <div className="stack tight">
          <h2>{t('title')}</h2>
          <p className="hint">{engineer ? t('hint') : t('hintQa')}</p>
        </div>
        <span className="grow" />
        {engineer && (
          <a className="button primary" href={hrefTo.station('policies//new')}>
            <FilePlus2 aria-hidden="true" />
            {t('write')}
          </a>
        )}
      </div>
      {latest.length === 0 && <EmptyState icon={ShieldCheck} title={t('empty')} hint={t('emptyHint')} />}
      {latest.length > 0 && (
        <ul className="profile-list">
          {latest.map(({ name, version, madeBy, madeAt }) => (
            <li key={name}>
              <a href={hrefTo.station(`policies/${encodeURIComponent(name)}`)}>
                <strong className="mono">{name}</strong>
              </a>
              <span className="hint">{t('version', { version })}</span>
              <span className="grow" />
              <span className="hint">{t.rich('madeBy', { name: madeBy, when: () => <Timestamp at={madeAt} /> })}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The latest version of each name that is not retired. */
function latestOf(all: readonly DocumentView[]): (DocumentView & { text: string })[] {
  const byName = new Map(all.map((one) => [one.name, one]));
  return [...byName.values()].flatMap((one) => (one.text === null ? [] : [{ ...one, text: one.text }]));
}
