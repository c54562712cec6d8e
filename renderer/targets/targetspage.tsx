import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { CloudNotice } from '../batches/cloudnotice.tsx';
import { Button } from '../controls/button.tsx';
import { CasTable } from './castable.tsx';
import { CertificateLots } from './certificatelots.tsx';
import { Claims } from './claims.tsx';
import { EndpointForm } from './endpointform.tsx';
import { TargetCard } from './targetcard.tsx';
import { TargetForm } from './targetform.tsx';

/** All targets, the endpoint of the units, our CAs in the accounts, and acts on many certificates there. */
export function TargetsPage({ status }: { status: StationStatus }) {
  const t = useTranslations('targets');
  const [adding, setAdding] = useState(false);
  const { targets, cloudGiven } = status;
  return (
    <div className="stack">
      <p className="hint">{t('credentials')}</p>
      <CloudNotice status={status} />
      {targets.map((target, index) => (
        <TargetCard key={target.name} target={target} first={index === 0} given={index === 0 && cloudGiven === true} />
      ))}
      {adding || targets.length === 0 ? (
        <TargetForm onDone={() => setAdding(false)} />
      ) : (
        <div className="row">
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        </div>
      )}
      <EndpointForm status={status} />
      {targets.length > 0 && (
        <>
          <CasTable version={JSON.stringify([targets, status.ca.issuingSubject])} />
          <Claims targets={targets.map(({ name }) => name)} />
          <CertificateLots targets={targets.map(({ name }) => name)} />
        </>
      )}
    </div>
  );
}
