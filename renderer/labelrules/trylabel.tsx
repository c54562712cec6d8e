import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CertainReading, ScanReading, ScanRules } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useStationStatus } from '../stationclient.ts';
import { asScanned } from './ruledraft.ts';

/** Shows how a label reads by these rules, saved or not. It asks again when the label or a rule changes. */
export function TryLabel({ rules }: { rules: ScanRules | undefined }) {
  const t = useTranslations('labels.try');
  const [text, setText] = useState('');
  return (
    <section className="card stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <Field
        label={t('text')}
        hint={t('hint', { gs: '<GS>' })}
        maxLength={4096}
        data-scan="text"
        value={text}
        onValue={setText}
      />
      <div className="rule-answer" role="status">
        {text === '' || !rules ? <p className="hint">{t('empty')}</p> : <Answer text={asScanned(text)} rules={rules} />}
      </div>
    </section>
  );
}

function Answer({ text, rules }: { text: string; rules: ScanRules }) {
  const t = useTranslations('labels.try');
  const { data, error } = useRead('scan.preview', { text, rules });
  if (error) return <ErrorNotice error={error} />;
  return data ? <Reading reading={data} /> : <p className="hint">{t('working')}</p>;
}

function Reading({ reading }: { reading: ScanReading }) {
  const t = useTranslations('labels.try');
  if (reading.kind === 'unknown') {
    return (
      <>
        <p>{t('refused')}</p>
        <ErrorNotice error={reading.error} />
      </>
    );
  }
  if (reading.kind !== 'ambiguous') return <Certain reading={reading} />;
  return (
    <>
      <p>{t('ambiguous')}</p>
      <ul>
        {reading.readings.map((one) => (
          <li key={one.kind}>
            <Certain reading={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Warns of a serial that units in some slots cannot keep. Their scan would be refused. */
function LongSerial({ length }: { length: number }) {
  const t = useTranslations('labels.try');
  const { data: drivers } = useRead('station.drivers', {});
  const slots = useStationStatus()?.slots ?? [];
  const short = (drivers ?? []).filter(
    ({ name, longestSerial }) => longestSerial < length && slots.some(({ driver }) => driver === name),
  );
  const [first] = [...short].sort((one, other) => one.longestSerial - other.longestSerial);
  if (!first) return null;
  return (
    <strong className="wrong too-long">
      {t('tooLong', { length, driver: first.name, longest: first.longestSerial })}
    </strong>
  );
}

function Certain({ reading }: { reading: CertainReading }) {
  const t = useTranslations('labels.try');
  if (reading.kind === 'badge') return <strong>{t('badge', { badge: reading.badge })}</strong>;
  if (reading.kind === 'order') return <strong>{t('order', { order: reading.orderId })}</strong>;
  const { unitSerial, model, gtin, lot } = reading;
  const more = [
    model === undefined ? '' : t('model', { model }),
    gtin === undefined ? '' : t('gtin', { gtin }),
    lot === undefined ? '' : t('lot', { lot }),
  ].filter((words) => words !== '');
  return (
    <p>
      <strong>{t('unit', { serial: unitSerial })}</strong>
      {more.length > 0 && <span className="hint"> · {more.join(' · ')}</span>}
      <LongSerial length={unitSerial.length} />
    </p>
  );
}
