import { Ban, ClipboardList, IdCard, ScanBarcode } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CertainReading } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Modal } from '../controls/modal.tsx';
import { choice, take } from './deliverscan.ts';
import { refuseScan } from './lastscan.ts';

const icons = { unit: ScanBarcode, badge: IdCard, order: ClipboardList } as const;

const nameOf = (reading: CertainReading): string =>
  reading.kind === 'unit' ? reading.unitSerial : reading.kind === 'badge' ? reading.badge : reading.orderId;

/** Asks what a scan is when it fits several rules. Nothing happens before the answer. */
export function ChooseScan() {
  const t = useTranslations('scans.choose');
  const asked = choice.use();
  const forget = () => {
    choice.set(undefined);
    refuseScan(asked?.text ?? '', { kind: 'why', why: 'notChosen' });
  };
  const choose = (reading: CertainReading) => {
    choice.set(undefined);
    if (asked) void take(reading, asked.text, asked.delivery, true);
  };
  return (
    <Modal open={asked !== undefined} onClose={forget} title={t('title')}>
      <div className="stack">
        <p className="lead">{t('lead', { text: asked?.text ?? '' })}</p>
        {asked?.readings.map((reading) => (
          <Button
            key={`${reading.kind} ${nameOf(reading)}`}
            size="bench"
            icon={icons[reading.kind]}
            onClick={() => choose(reading)}
          >
            {t(reading.kind, { value: nameOf(reading) })}
          </Button>
        ))}
        <Button size="bench" kind="quiet" icon={Ban} onClick={forget}>
          {t('none')}
        </Button>
      </div>
    </Modal>
  );
}
