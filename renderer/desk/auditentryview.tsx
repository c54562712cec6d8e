import { useTranslations } from 'use-intl';
import { wireError } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { PrintButton } from '../controls/savebuttons.tsx';
import { Timestamp, useUtc } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { useGivenNames } from '../words/givennames.ts';
import { useErrorWords } from '../words/index.ts';
import { subjectHref, useAuditWords } from './entrywords.ts';

/** One entry of the audit log, in words and as it is on record. */
export function AuditEntryView({ seq }: { seq: number }) {
  const t = useTranslations();
  const given = useGivenNames();
  const utc = useUtc();
  const wordsOf = useAuditWords();
  const errorWordsOf = useErrorWords();
  const behind = { key: seq + 1, tie: seq + 1 };
  const { data, error } = useRead('audit.list', { after: behind, limit: 1 });
  const row = data?.rows[0];
  const href = row && subjectHref(row.entry, row.subject);
  const code = wireError.shape.code.safeParse(row?.data.code);
  return (
    <div className="page paper">
      <BackLink href={hrefTo.audit}>{t('desk.auditBack')}</BackLink>
      <ErrorNotice error={error} />
      {!data && !error && <p className="loading">{t('units.rowLoading')}</p>}
      {data && row?.seq !== seq && <p className="hint">{t('desk.noSuchEntry', { seq })}</p>}
      {row?.seq === seq && (
        <>
          <div className="page-head">
            <h1>{wordsOf(row.entry)}</h1>
            <span className="grow" />
            <PrintButton>{t('keep.print')}</PrintButton>
          </div>
          <section className="card">
            <NamedValues
              facts={[
                [t('desk.column.seq'), row.seq],
                [t('desk.column.at'), <Timestamp key="at" at={row.at} />],
                [t('desk.utc'), utc(row.at)],
                [t('desk.column.actor'), given.actor(row.actor)],
                [
                  t('desk.column.subject'),
                  href === undefined ? (
                    <code key="s">{row.subject}</code>
                  ) : (
                    <a key="s" href={href}>
                      {row.subject}
                    </a>
                  ),
                ],
                [t('desk.entryName'), <code key="n">{row.entry}</code>],
                ...(code.success
                  ? [[t('desk.why'), errorWordsOf({ code: code.data, data: {} }).what] satisfies [string, string]]
                  : []),
              ]}
            />
          </section>
          <section className="card">
            <h2>{t('desk.column.data')}</h2>
            <pre>{JSON.stringify(row, null, 2)}</pre>
            <CopyButton text={JSON.stringify(row)} label={t('desk.copyEntry')} />
          </section>
          <p>
            <a href={hrefTo.filtered(hrefTo.audit, { subject: row.subject })}>{t('desk.sameSubject')}</a>
            {' · '}
            <a href={hrefTo.filtered(hrefTo.audit, { person: row.actor })}>{t('desk.samePerson')}</a>
          </p>
        </>
      )}
    </div>
  );
}
