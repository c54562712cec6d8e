import { X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type ScannerConfig, type ScannersSnapshot, scannerSuffix } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { Pill } from '../controls/pill.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Suggest } from '../controls/suggest.tsx';

type State = ScannersSnapshot['scanners'][number];
type Props = {
  scanner: ScannerConfig;
  /** Absent until the scanner is saved. */
  state: State | undefined;
  ports: readonly { path: string; label: string }[];
  onScanner: (scanner: ScannerConfig) => void;
  onRemove: () => void;
};

const tones = { ready: 'good', absent: 'plain', trouble: 'bad' } as const;

export function SerialScannerFields({ scanner, state, ports, onScanner, onRemove }: Props) {
  const t = useTranslations('labels.serial');
  const named = { scanner: String(scanner.scannerId) };
  return (
    <fieldset className="card stack">
      <legend className="label">{scanner.name}</legend>
      <div className="fields three">
        <Field
          label={t('name', named)}
          maxLength={40}
          value={scanner.name}
          onValue={(name) => onScanner({ ...scanner, name })}
        />
        <Suggest
          label={t('port', named)}
          value={scanner.port}
          suggestions={ports.map(({ path, label }) => ({ value: path, title: label, hint: path }))}
          onValue={(port) => onScanner({ ...scanner, port })}
        />
        <SelectField
          label={t('suffix', named)}
          value={scanner.suffix}
          options={scannerSuffix.options.map((value) => ({ value, label: t(`suffixes.${value}`) }))}
          onPick={(suffix) => onScanner({ ...scanner, suffix })}
        />
        <Field
          label={t('prefix', named)}
          hint={t('prefixHint')}
          maxLength={16}
          value={scanner.prefix}
          onValue={(prefix) => onScanner({ ...scanner, prefix })}
        />
        <Field
          label={t('baud', named)}
          hint={t('baudHint')}
          inputMode="numeric"
          maxLength={6}
          value={String(scanner.baud)}
          onValue={(baud) => onScanner({ ...scanner, baud: Number(baud.replace(/\D/g, '')) })}
        />
      </div>
      <div className="row">
        <span role="status">{state && <Pill tone={tones[state.state]}>{t(`state.${state.state}`)}</Pill>}</span>
        {state?.detail !== undefined && (
          <span className="hint" lang="en">
            {state.detail}
          </span>
        )}
        <span className="grow" />
        <Button kind="quiet" icon={X} onClick={onRemove}>
          {t('remove', named)}
        </Button>
      </div>
    </fieldset>
  );
}
