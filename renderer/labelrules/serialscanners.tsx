import { Plus, Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { type ScannerConfig, scannersConfig } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useEvent } from '../stationclient.ts';
import { SerialScannerFields } from './serialscannerfields.tsx';

const mostScanners = 8;

/** Scanners that are set to USB-COM, each with how it is now. */
export function SerialScanners({ status }: { status: StationStatus }) {
  const t = useTranslations('labels.serial');
  const station = useTranslations('station');
  const [scanners, setScanners] = useState<ScannerConfig[]>(status.scanners);
  const [done, setDone] = useState(false);
  const states = useEvent('scanners.changed')?.scanners ?? [];
  const ports = useRead('station.ports', {});
  const { run, busy, error } = useAct('station.configure');
  const checked = scannersConfig.safeParse(scanners);
  const changed = JSON.stringify(scanners) !== JSON.stringify(status.scanners);
  const free = (ports.data ?? []).filter(({ path }) => !status.slots.some(({ port }) => port === path));
  const change = (next: ScannerConfig[]) => {
    setScanners(next);
    setDone(false);
  };
  const add = () => {
    const ids = scanners.map(({ scannerId }) => scannerId);
    const scannerId =
      Array.from({ length: mostScanners }, (_, index) => index + 1).find((id) => !ids.includes(id)) ?? 1;
    const first = free.find(({ path }) => !scanners.some(({ port }) => port === path));
    const port = first?.path ?? '';
    change([...scanners, { scannerId, name: `Scanner ${scannerId}`, port, baud: 9600, suffix: 'cr', prefix: '' }]);
  };
  return (
    <section className="stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('intro')}</p>
      {scanners.length === 0 && <p>{t('empty')}</p>}
      {scanners.map((scanner, index) => (
        <SerialScannerFields
          key={scanner.scannerId}
          scanner={scanner}
          state={states.find(({ scannerId }) => scannerId === scanner.scannerId)}
          ports={free}
          onScanner={(next) => change(scanners.map((one, at) => (at === index ? next : one)))}
          onRemove={() => change(scanners.filter((_, at) => at !== index))}
        />
      ))}
      {!checked.success && <p className="wrong">{t('problem')}</p>}
      <ErrorNotice error={error} />
      <div className="row">
        <Button icon={Plus} disabled={scanners.length >= mostScanners} onClick={add}>
          {t('add')}
        </Button>
        <Button
          kind="primary"
          icon={Save}
          busy={busy}
          disabled={!checked.success || !changed}
          onClick={async () => {
            if (await run({ scanners })) setDone(true);
          }}
        >
          {t('save')}
        </Button>
        <span role="status">{done && !changed ? station('saved') : ''}</span>
      </div>
    </section>
  );
}
