import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CertificatePreviewView } from '../../app/contract/index.ts';
import { NamedValues } from '../controls/namedvalues.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

/** The certificate as it would be, every extension with its reason. */
export function CertificatePreviewPane({ preview }: { preview: CertificatePreviewView }) {
  const t = useTranslations('profiles.preview');
  const { extensions, subjectAltNames, problems } = preview;
  return (
    <div className="stack">
      {problems.length > 0 && (
        <div className="problem" role="alert">
          <TriangleAlert aria-hidden="true" />
          <div>
            <strong>{t('notSigned')}</strong>
            <ul className="lints">
              {problems.map(({ name, why, source }) => (
                <li key={name + why}>
                  <span lang="en">{why}</span> <span className="fine code">{name}</span>
                  <span className="hint block" lang="en">
                    {source}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <NamedValues
        facts={[
          [t('subject'), <code key="s">{preview.subject}</code>],
          [t('issuer'), <code key="i">{preview.issuer}</code>],
          [
            t('validity'),
            preview.expires
              ? t.rich('fromTo', {
                  from: () => <Timestamp at={preview.notBeforeAt} shape="day" />,
                  to: () => <Timestamp at={preview.notAfterAt} shape="day" />,
                })
              : t.rich('forEver', { from: () => <Timestamp at={preview.notBeforeAt} shape="day" /> }),
          ],
          [t('signature'), <code key="a">{preview.signatureAlgorithm}</code>],
          [
            t('names'),
            subjectAltNames.length === 0 ? (
              t('none')
            ) : (
              <ul key="n">
                {subjectAltNames.map((name) => (
                  <li key={name}>
                    <code>{name}</code>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      <section className="stack tight" aria-label={t('extensions')}>
        <h3>{t('extensions')}</h3>
        <ul className="extensions">
          {extensions.map((extension) => (
            <li key={extension.oid}>
              <p className="row">
                <strong lang="en" title={extension.oid}>
                  {extension.name}
                </strong>
                {extension.critical && <Pill tone="act">{t('critical')}</Pill>}
              </p>
              <p className="extension-text" lang="en">
                {extension.text}
              </p>
              {extension.source !== undefined && (
                <p className="fine" lang="en">
                  {extension.source}
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
