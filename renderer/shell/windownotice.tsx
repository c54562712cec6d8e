import { PowerOff, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

const seenKey = 'birthmark.reloadsSeen';
const seenAtFirst = () => sessionStorage.getItem(seenKey) ?? '';

/** Events of the window that the person should know about. The notice lies over the page, so that nothing jumps. */
export function WindowNotice({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations('shiftWindow');
  const [seen, setSeen] = useState(seenAtFirst);
  const stay = useAct('window.stay');
  const { window } = status ?? {};
  if (!window) return null;
  const { pageReloads: count, lastReloadAt, closing } = window;
  const understood = () => {
    sessionStorage.setItem(seenKey, lastReloadAt ?? '');
    setSeen(lastReloadAt ?? '');
  };
  return (
    <div className="window-notices">
      {closing && (
        <section className="window-notice" aria-label={t('closingLabel')}>
          <PowerOff aria-hidden="true" />
          <p role="status">{t('closing')}</p>
          <Button size="bench" busy={stay.busy} onClick={() => void stay.run({})}>
            {t('stay')}
          </Button>
        </section>
      )}
      {count > 0 && lastReloadAt !== undefined && lastReloadAt !== seen && (
        <section className="window-notice" aria-label={t('reloadedLabel')}>
          <RotateCw aria-hidden="true" />
          <p role="status">{t.rich('reloaded', { count, when: () => <Timestamp at={lastReloadAt} /> })}</p>
          <Button size="bench" onClick={understood}>
            {t('seen')}
          </Button>
        </section>
      )}
    </div>
  );
}
