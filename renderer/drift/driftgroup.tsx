import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DriftCheck, DriftFinding, DriftKind } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { hrefTo } from '../route.ts';

const pageSize = 50;

/** What the text of a difference is: AWS's word for a status, or the names of things. */
const says = {
  missing: 'missing',
  inactive: 'status',
  stillActive: 'status',
  notRecorded: 'status',
  unknown: 'status',
  noThing: 'noThing',
  otherThing: 'things',
} as const satisfies Record<DriftKind, string>;

/** The differences of one kind with the next act, a page at a time. The snapshot has the first page. */
export function DriftGroup({ kind, check }: { kind: DriftKind; check: DriftCheck }) {
  const t = useTranslations('drift');
  const [after, setAfter] = useState(0);
  const count = check.counts[kind];
  const first = check.findings.filter((finding) => finding.kind === kind).slice(0, pageSize);
  return (
    <section className="card" aria-label={t(`kind.${kind}.what`, { count })}>
      <h2>{t(`kind.${kind}.what`, { count })}</h2>
      <p className="hint">{t(`kind.${kind}.next`)}</p>
      {after === 0 ? (
        <Differences kind={kind} rows={first} />
      ) : (
        <LaterPage kind={kind} after={after} of={check.startedAt} />
      )}
      {count > pageSize && (
        <div className="row">
          <Button disabled={after === 0} onClick={() => setAfter(after - pageSize)}>
            {t('earlier')}
          </Button>
          <span role="status">{t('shown', { from: after + 1, to: Math.min(after + pageSize, count), count })}</span>
          <Button disabled={after + pageSize >= count} onClick={() => setAfter(after + pageSize)}>
            {t('later')}
          </Button>
        </div>
      )}
    </section>
  );
}

function LaterPage({ kind, after, of }: { kind: DriftKind; after: number; of: string }) {
  const t = useTranslations('app');
  const { data, error } = useRead('drift.findings', { kind, after, limit: pageSize }, of);
  if (error) return <ErrorNotice error={error} />;
  return data ? <Differences kind={kind} rows={data.rows} /> : <p className="loading">{t('loading')}</p>;
}

function Differences({ kind, rows }: { kind: DriftKind; rows: readonly DriftFinding[] }) {
  const t = useTranslations('drift');
  return (
    <ul className="reasons">
      {rows.map(({ certificateId, unitSerial, found }) => (
        <li key={certificateId} className="row">
          {unitSerial === null ? (
            <span title={certificateId}>{t('certificate', { id: certificateId.slice(0, 16) })}</span>
          ) : (
            <a href={hrefTo.unit(unitSerial)}>{unitSerial}</a>
          )}
          <span className="hint">{t(`found.${says[kind]}`, { found })}</span>
        </li>
      ))}
    </ul>
  );
}
