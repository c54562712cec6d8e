import { CloudCog, ShieldAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { hrefTo } from '../route.ts';

/** The obstacle between passed units and AWS: no target, or a CA that AWS does not know. */
export function CloudNotice({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations('batches');
  const { run, busy, error } = useAct('cloud.registerCa');
  if (!status) return null;
  if (!status.cloud) {
    return (
      <section className="notice">
        <CloudCog aria-hidden="true" />
        <div>
          <strong>{t('noCloud')}</strong>
          <p>{t('noCloudHint')}</p>
        </div>
        <a className="button bench" href={hrefTo.station('cloud')}>
          {t('setCloud')}
        </a>
      </section>
    );
  }
  if (status.ca.registration === 'active') return null;
  return (
    <section className="notice">
      <ShieldAlert aria-hidden="true" />
      <div>
        <strong>{t('caTitle')}</strong>
        <p>{t('caMeaning')}</p>
        <ErrorNotice error={error} />
      </div>
      <Button size="bench" busy={busy} onClick={() => void run({})}>
        {t('caRegister')}
      </Button>
    </section>
  );
}
