import { useTranslations } from 'use-intl';
import type { UnitStory } from '../../app/contract/index.ts';
import { CopyButton } from '../controls/copybutton.tsx';
import { Facts } from '../controls/namedvalues.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { When } from '../controls/timestamp.tsx';
import { CertificateStatePill } from './statepills.tsx';

type CertificateRow = UnitStory['certificates'][number];

/** One certificate of a unit, with its PEM to take along. */
export function Certificate({ certificate, unitSerial }: { certificate: CertificateRow; unitSerial: string }) {
  const t = useTranslations('story');
  const { pem } = certificate;
  return (
    <article className="certificate">
      <CertificateStatePill state={certificate.state} />
      <Facts
        facts={[
          [t('subject'), certificate.subject],
          [t('serialHex'), <code key="s">{certificate.serialHex}</code>],
          [t('certificateId'), <code key="i">{certificate.certificateId ?? '–'}</code>],
          [
            t('validity'),
            t.rich('fromTo', {
              from: () => <When at={certificate.notBeforeAt} shape="day" />,
              to: () => <When at={certificate.notAfterAt} shape="day" />,
            }),
          ],
          [t('reserved'), <When key="r" at={certificate.reservedAt} />],
          [t('issued'), certificate.issuedAt === null ? t('notSigned') : <When key="w" at={certificate.issuedAt} />],
        ]}
      />
      {pem !== null && (
        <div className="row">
          <CopyButton text={pem} label={t('copyPem')} />
          <SaveButton file={{ what: 'text', name: `${unitSerial}.pem`, content: pem }}>{t('savePem')}</SaveButton>
        </div>
      )}
    </article>
  );
}
