import { useFormatter, useTranslations } from 'use-intl';
import type { CheckpointPlace } from '../../app/contract/index.ts';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useErrorWords } from '../words/index.ts';

/** Each place with the last checkpoint that arrived there, and the next act where none does. */
export function PlaceTable({ places }: { places: readonly CheckpointPlace[] }) {
  const t = useTranslations('checkpoints');
  const format = useFormatter();
  const wordsOf = useErrorWords();
  return (
    <table className="plain-table" aria-label={t('places')}>
      <thead>
        <tr>
          <th scope="col">{t('place')}</th>
          <th scope="col">{t('arrived')}</th>
          <th scope="col">{t('leaves')}</th>
          <th scope="col">{t('state')}</th>
        </tr>
      </thead>
      <tbody>
        {places.map(({ kind, name, last, failed, nextAt }) => (
          <tr key={name}>
            <th scope="row">
              {t(`kind.${kind}`)} <span className="mono wrap">{name}</span>
            </th>
            <td>{last === null ? '–' : <Timestamp at={last.at} />}</td>
            <td className="number">{last === null ? '–' : format.number(last.size)}</td>
            <td>
              {failed === null ? (
                <Pill tone="plain">{t(last === null ? 'waits' : 'well')}</Pill>
              ) : (
                <>
                  <Pill tone="warn">{t('failed')}</Pill>
                  <p>{wordsOf({ code: failed.code, data: {} }).what}</p>
                  <p className="fine wrap" lang="en">
                    {failed.detail}
                  </p>
                </>
              )}
              {nextAt !== null && <p className="hint">{t.rich('next', { time: () => <Timestamp at={nextAt} /> })}</p>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
