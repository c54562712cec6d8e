import { useTranslations } from 'use-intl';
import type { UnitHistory } from '../../app/contract/index.ts';
import { CopyButton } from '../controls/copybutton.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

/** The CSRs as the unit's devices sent them, the newest first, to read and to take along. */
export function UnitRequests({ unit: { requests, journal, unitSerial } }: { unit: UnitHistory }) {
  const t = useTranslations('story');
  if (requests.length === 0) return null;
  const saidOf = (attempt: number, name: 'subject' | 'keyType') => {
    const { data } =
      journal.findLast((entry) => entry.attempt === attempt && entry.step === 'csr' && name in entry.data) ?? {};
    const said = data?.[name];
    return typeof said === 'string' ? [[t(`fact.${name}`), said] as const] : [];
  };
  return (
    <section className="card">
      <h2>{t('requests')}</h2>
      {requests.toReversed().map(({ attempt, receivedAt, spkiSha256, pem }) => (
        <article key={`${attempt} ${receivedAt} ${spkiSha256}`} className="certificate">
          <strong>{attempt === 0 ? t('requestFile') : t('requestOf', { attempt })}</strong>
          <NamedValues
            facts={[
              ...saidOf(attempt, 'subject'),
              ...saidOf(attempt, 'keyType'),
              [t('key'), <code key="k">{spkiSha256}</code>],
              [t('received'), <Timestamp key="r" at={receivedAt} />],
            ]}
          />
          <details>
            <summary>{t('readCsr')}</summary>
            <pre>{pem}</pre>
          </details>
          <div className="row">
            <CopyButton text={pem} label={t('copyPem')} />
            <SaveButton file={{ what: 'text', name: `${unitSerial}-${attempt}.csr`, content: pem }}>
              {t('savePem')}
            </SaveButton>
          </div>
        </article>
      ))}
    </section>
  );
}
