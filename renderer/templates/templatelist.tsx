import { FileStack, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { TemplateDraft } from './templatedraft.tsx';
import { TemplatePage } from './templatepage.tsx';
import { formOf, newestText, versionsByName } from './templateversions.ts';

type Props = { engineer: boolean; detail: string };

/** Every template of the station. `detail` is empty, `new`, or `NAME/VERSION`, with `/edit`. */
export function TemplateList({ engineer, detail }: Props) {
  const t = useTranslations('templates');
  const app = useTranslations('app');
  const { data, error, reload } = useRead('documents.list', { kind: 'template' });
  const [name = '', version = '', act = ''] = detail.split('/');
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{app('loading')}</p>;
  const all = versionsByName(data);
  if (name === 'new' && version === '' && engineer) return <TemplateDraft taken={[...all.keys()]} onSaved={reload} />;
  const versions = all.get(name) ?? [];
  const shown = versions.find((one) => String(one.version) === version);
  if (shown && shown.text !== null) {
    const { text } = shown;
    if (act === 'edit' && engineer)
      return <TemplateDraft key={detail} base={{ name, form: formOf(shown), text }} taken={[]} onSaved={reload} />;
    return <TemplatePage key={detail} shown={{ ...shown, text }} {...{ versions, engineer }} onChanged={reload} />;
  }
  return (
    <div className="stack">
      <div className="page-head">
        <div className="stack tight">
          <h2>{t('title')}</h2>
          <p className="hint">{engineer ? t('hint') : t('hintQa')}</p>
        </div>
        <span className="grow" />
        {engineer && (
          <a className="button primary" href={hrefTo.station('templates/new')}>
            <Plus aria-hidden="true" />
            {t('write')}
          </a>
        )}
      </div>
      {all.size === 0 && <EmptyState icon={FileStack} title={t('empty')} hint={t('emptyHint')} />}
      {all.size > 0 && (
        <ul className="profile-list">
          {[...all].map(([title, every]) => {
            const newest = newestText(every);
            if (!newest) return null;
            return (
              <li key={title}>
                <a href={hrefTo.station(`templates/${title}/${newest.version}`)}>
                  <strong className="mono">{title}</strong>
                </a>
                <span>{t(`forms.${formOf(newest)}`)}</span>
                <span className="hint">
                  {t('versions', { count: every.filter(({ text }) => text !== null).length })}
                </span>
                {every[0]?.text === null && <span className="pill">{t('retired')}</span>}
                <span className="grow" />
                <span className="hint">
                  {t.rich('madeBy', { name: newest.madeBy, when: () => <Timestamp at={newest.madeAt} /> })}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
