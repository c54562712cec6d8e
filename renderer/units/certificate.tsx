import { useTranslations } from 'use-intl';
import type { UnitHistory } from '../../app/contract/index.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Facts } from '../parts/facts.tsx';
import { SaveButton } from '../parts/save.tsx';
import { When } from '../parts/when.tsx';
import { CertificateStatePill } from './state.tsx';

type CertificateRow = UnitHistory['certificates'][number];

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
