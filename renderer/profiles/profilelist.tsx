import { CircleCheck, FileText, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { hrefTo } from '../route.ts';
import { ProfilePage } from './profilepage.tsx';

type Props = { status: StationStatus; engineer: boolean; detail: string };

/** The profiles, which decide the contents of certificates: the product's and the engineer's own. */
export function ProfileList({ status, engineer, detail }: Props) {
  const t = useTranslations('profiles');
  const app = useTranslations('app');
  const { data, error, reload } = useRead('profiles.list', {}, status.seq);
  const [name = '', act = ''] = detail.split('/');
  const shown = data?.find((profile) => profile.name === name);
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{app('loading')}</p>;
  if (shown) {
    const copying = act === 'copy' && engineer;
    const names = data.map((profile) => profile.name);
    return (
      <ProfilePage key={`${name} ${copying}`} profile={shown} {...{ engineer, copying, names }} onChanged={reload} />
    );
  }
  return (
    <div className="stack">
      <div className="stack tight">
        <h2>{t('title')}</h2>
        <p className="hint">{engineer ? t('hint') : t('hintQa')}</p>
      </div>
      {data.length === 0 && <EmptyState icon={FileText} title={t('empty')} hint={t('emptyHint')} />}
      <ul className="profile-list">
        {data.map((profile) => (
          <li key={profile.name} className={profile.inUse ? 'in-use' : ''}>
            <a href={hrefTo.station(`profiles/${profile.name}`)}>
              <strong className="mono">{profile.name}</strong>
            </a>
            <span className="hint">{t(`from.${profile.from}`)}</span>
            <span className="grow" />
            {profile.problems.length > 0 && (
              <Pill tone="bad" icon={TriangleAlert}>
                {t('problems', { count: profile.problems.length })}
              </Pill>
            )}
            {profile.inUse && (
              <Pill tone="act" icon={CircleCheck}>
                {t('inUse')}
              </Pill>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
