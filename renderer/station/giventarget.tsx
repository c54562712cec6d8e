import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { CloudNotice } from '../batches/cloudnotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';

/** The AWS target of a line whose AWS comes with it. There is nothing to set, so there is no form. */
export function GivenTarget({ status }: { status: StationStatus }) {
  const t = useTranslations('station.cloud');
  const { cloud } = status;
  return (
    <div className="stack">
      <p className="lead">{t('given')}</p>
      {cloud && (
        <NamedValues
          facts={[
            [t('region'), cloud.region],
            [t('bucket'), cloud.bucket],
            [t('roleArn'), cloud.roleArn],
            [t('policies'), cloud.policyNames.join(', ')],
            [t('endpoint'), cloud.endpointUrl ?? ''],
          ]}
        />
      )}
      <CloudNotice status={status} />
    </div>
  );
}
