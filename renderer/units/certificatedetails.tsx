import { useTranslations } from 'use-intl';
import type { UnitHistory } from '../../app/contract/index.ts';
import { CopyButton } from '../controls/copybutton.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { CertificateStatePill } from './statepills.tsx';

type CertificateRow = UnitHistory['certificates'][number];

/** One certificate of a unit, with its PEM to copy. */
export function CertificateDetails({ certificate, unitSerial }: { certificate: CertificateRow; unitSerial: string }) {
  const t = useTranslations('story');
  const { pem } = certificate;
  return (
    <article className="certificate">
      <CertificateStatePill state={certificate.state} />
      <NamedValues
        facts={[
          [t('subject'), certificate.subject],
          [t('serialHex'), <code key="s">{certificate.serialHex}</code>],
          [t('certificateId'), <code key="i">{certificate.certificateId ?? '–'}</code>],
          [
            t('validity'),
            t.rich('fromTo', {
              from: () => <Timestamp at={certificate.notBeforeAt} shape="day" />,
              to: () => <Timestamp at={certificate.notAfterAt} shape="day" />,
            }),
          ],
          ...(certificate.awsTarget === null
            ? []
            : [[t('issuedBy'), t('issuedByAws', { target: certificate.awsTarget })] satisfies [string, string]]),
          [t('reserved'), <Timestamp key="r" at={certificate.reservedAt} />],
          [
            t('issued'),
            certificate.issuedAt === null ? t('notSigned') : <Timestamp key="w" at={certificate.issuedAt} />,
          ],
        ]}
      />
      {pem !== null && (
        <>
          <details>
            <summary>{t('readPem')}</summary>
            <pre>{pem}</pre>
          </details>
          <div className="row">
            <CopyButton text={pem} label={t('copyPem')} />
            <SaveButton file={{ what: 'text', name: `${unitSerial}.pem`, content: pem }}>{t('savePem')}</SaveButton>
          </div>
        </>
      )}
    </article>
  );
}
