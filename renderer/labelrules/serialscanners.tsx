import { Plus, Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import type { ScannerConfig } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useForm } from '../controls/useform.ts';
import { useEvent } from '../stationclient.ts';
import { SerialScannerFields } from './serialscannerfields.tsx';

const mostScanners = 8;

/** Scanners that are set to USB-COM, each with its state. */
export function SerialScanners({ status }: { status: StationStatus }) {
  const t = useTranslations('labels.serial');
  const station = useTranslations('station');
  const states = useEvent('scanners.changed')?.scanners ?? [];
  const ports = useRead('station.ports', {});
  const form = useForm('station.configure', {
    first: { scanners: status.scanners },
    keeps: true,
    params: (typed) => typed,
  });
  const { scanners } = form.values;
  const free = (ports.data ?? []).filter(({ path }) => !status.slots.some(({ port }) => port === path));
  const change = (next: ScannerConfig[]) => form.set({ scanners: next });
  const add = () => {
    const ids = scanners.map(({ scannerId }) => scannerId);
    const scannerId =
      Array.from({ length: mostScanners }, (_, index) => index + 1).find((id) => !ids.includes(id)) ?? 1;
    const first = free.find(({ path }) => !scanners.some(({ port }) => port === path));
    const port = first?.path ?? '';
    change([...scanners, { scannerId, name: `Scanner ${scannerId}`, port, baud: 9600, suffix: 'cr', prefix: '' }]);
  };
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
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
      {!form.fits && <p className="wrong">{t('problem')}</p>}
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button icon={Plus} disabled={scanners.length >= mostScanners} onClick={add}>
          {t('add')}
        </Button>
        <Button kind="primary" icon={Save} {...form.button} disabled={!form.fits || !form.changed}>
          {t('save')}
        </Button>
        <span role="status">{form.done && !form.changed ? station('saved') : ''}</span>
      </div>
    </form>
  );
}
