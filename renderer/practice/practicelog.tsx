import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PracticeLogEntry } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

const readMs = 2000;

/** The log of the gateway, so that a first connection that failed can be understood. It is read every two seconds while it is open. */
export function PracticeLog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('practice.log');
  const [which, setWhich] = useState<'all' | 'failures'>('all');
  const [reading, setReading] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setReading((n) => n + 1), readMs);
    return () => clearInterval(timer);
  }, []);
  const { data, error } = useRead('practice.log', { failures: which === 'failures' }, reading);
  return (
    <Modal open onClose={onClose} title={t('title')} size="large">
      <div className="stack">
        <SelectField
          label={t('show')}
          value={which}
          options={(['all', 'failures'] as const).map((value) => ({ value, label: t(`which.${value}`) }))}
          onPick={setWhich}
        />
        <ErrorNotice error={error} />
        {data?.entries.length === 0 && <p className="hint">{t('empty')}</p>}
        {data && data.entries.length > 0 && (
          <table className="plain-table practice-log">
            <thead>
              <tr>
                <th>{t('at')}</th>
                <th>{t('event')}</th>
                <th>{t('who')}</th>
                <th>{t('what')}</th>
              </tr>
            </thead>
            <tbody>
              {data.entries.map((entry) => (
                <Entry key={entry.seq} entry={entry} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Modal>
  );
}

function Entry({ entry }: { entry: PracticeLogEntry }) {
  const t = useTranslations('practice.log');
  const { at, event, failed, clientId, principalId, topic, reason, details } = entry;
  const said = [topic, reason, details].filter((one) => one !== undefined).join(' · ');
  return (
    <tr>
      <td>
        <Timestamp at={at} shape="time" />
      </td>
      <td>
        {event}
        <br />
        <span className={failed ? 'practice-log-failed' : 'hint'}>{t(failed ? 'failed' : 'ok')}</span>
      </td>
      <td>{clientId ?? principalId?.slice(0, 12) ?? '–'}</td>
      <td>{said}</td>
    </tr>
  );
}
