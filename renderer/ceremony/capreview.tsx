import { Info } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import type { CaDraft } from './ceremonydraft.ts';
import { yearsOf } from './ceremonysteps.ts';

/** The certificate as it would be. Looking at it makes nothing. */
export function CaPreviewCard({ ca, parentId }: { ca: CaDraft; parentId: string | null }) {
  const t = useTranslations('ceremony.preview');
  const { commonName, keyType } = ca;
  const { data, error } = useRead('ca.preview', { commonName, keyType, years: yearsOf(ca), parentId });
  return (
    <section className="card stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <ErrorNotice error={error} />
      {!data && !error && <p className="hint">{t('looking')}</p>}
      {data && (
        <>
          <NamedValues
            facts={[
              [t('subject'), <code key="s">{data.subject}</code>],
              [t('issuer'), <code key="i">{data.issuer}</code>],
              [
                t('validity'),
                t.rich('fromTo', {
                  from: () => <Timestamp at={data.notBeforeAt} shape="day" />,
                  to: () => <Timestamp at={data.notAfterAt} shape="day" />,
                }),
              ],
              [t('key'), data.keyType],
              [t('signature'), data.signatureAlgorithm],
              [t('below'), t('pathLength', { count: data.pathLength })],
            ]}
          />
          {data.notes.length > 0 && (
            <ul className="preview-notes">
              {data.notes.map((note) => (
                <li key={note}>
                  <Info aria-hidden="true" />
                  {note}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}
