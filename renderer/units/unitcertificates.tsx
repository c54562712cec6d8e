import { ArrowUp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { UnitHistory } from '../../app/contract/index.ts';
import { CertificateDetails } from './certificatedetails.tsx';
import { newestFirst } from './jointacts.ts';

/** The unit's certificates, the newest first. A superseded one hangs below its successor. */
export function UnitCertificates({ unit }: { unit: UnitHistory }) {
  const t = useTranslations();
  return (
    <section className="card">
      <h2>{t('story.certificates')}</h2>
      {unit.certificates.length === 0 && <p className="hint">{t('story.noCertificate')}</p>}
      {newestFirst(unit.certificates).map((certificate) => (
        <div key={certificate.serialHex} className={isSuperseded(certificate) ? 'superseded' : ''}>
          {isSuperseded(certificate) && (
            <p className="superseded-by">
              <ArrowUp aria-hidden="true" />
              {certificate.supersededBy === null
                ? t('rework.supersededOpen')
                : t('rework.supersededBy', { serial: `…${certificate.supersededBy.slice(-8)}` })}
            </p>
          )}
          <CertificateDetails certificate={certificate} unitSerial={unit.unitSerial} />
        </div>
      ))}
    </section>
  );
}

/** Includes one that was revoked since, because a unit in rework has no other yet. */
const isSuperseded = ({ state, supersededBy }: UnitHistory['certificates'][number]): boolean =>
  state === 'superseded' || supersededBy !== null;
