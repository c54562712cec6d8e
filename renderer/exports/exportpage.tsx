import { FileArchive, FileSpreadsheet, FileText, PackageOpen, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { dayAsWritten } from '../../app/contract/days.ts';
import { type ExportFormat, type ExportJob, type ExportScope, StationError } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Choices } from '../controls/choices.tsx';
import { DayField } from '../controls/dayfield.tsx';
import { areBackwards, isDay } from '../controls/daytext.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SaveExportButton } from '../controls/savebuttons.tsx';
import { hrefTo } from '../route.ts';
import { useEvent } from '../stationclient.ts';

/** Which entries, in which format; then the file. */
export function ExportPage() {
  const t = useTranslations('exports');
  const app = useTranslations('app');
  const snapshot = useEvent('exports.changed');
  return (
    <div className="page">
      <BackLink href={hrefTo.audit}>{t('back')}</BackLink>
      <div className="page-head">
        <h1>{t('title')}</h1>
      </div>
      {snapshot?.job && <Job job={snapshot.job} />}
      <Start isRunning={snapshot?.job?.state === 'running'} />
      {!snapshot && <p className="loading">{app('loading')}</p>}
      {snapshot && !snapshot.job && <EmptyState icon={PackageOpen} title={t('none')} hint={t('noneHint')} />}
    </div>
  );
}

const icons = { bundle: FileArchive, csv: FileSpreadsheet, jsonl: FileText } as const;
const formats = ['bundle', 'csv', 'jsonl'] as const satisfies readonly ExportFormat[];
const texts = ['unitSerial', 'orderId', 'batchId', 'operator'] as const satisfies readonly (keyof ExportScope)[];
type Draft = Record<(typeof texts)[number] | 'from' | 'to', string>;
const nothing: Draft = { from: '', to: '', unitSerial: '', orderId: '', batchId: '', operator: '' };

function scopeOf({ from, to, ...named }: Draft): ExportScope {
  const scope: ExportScope = {};
  for (const name of texts) if (named[name].trim() !== '') scope[name] = named[name].trim();
  // What is no day is refused: without it the file would have all days.
  if (from !== '') scope.from = dayAsWritten(from)?.from ?? from;
  if (to !== '') scope.to = dayAsWritten(to)?.until ?? to;
  return scope;
}

function Start({ isRunning }: { isRunning: boolean }) {
  const t = useTranslations('exports');
  const start = useAct('exports.start');
  const stop = useAct('exports.stop');
  const [draft, setDraft] = useState(nothing);
  const [format, setFormat] = useState<ExportFormat>('bundle');
  const set = (name: keyof Draft) => (value: string) => setDraft({ ...draft, [name]: value });
  const isBackwards = areBackwards(draft.from, draft.to);
  const fits = !isBackwards && [draft.from, draft.to].every((day) => day === '' || isDay(day));
  return (
    <form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isRunning && fits) void start.run({ format, scope: scopeOf(draft) });
      }}
    >
      <p className="hint">{t('hint')}</p>
      <div className="export-scope">
        {texts.map((name) => (
          <Field key={name} label={t(`scope.${name}`)} value={draft[name]} onValue={set(name)} maxLength={128} />
        ))}
        <DayField label={t('scope.from')} value={draft.from} onValue={set('from')} />
        <DayField
          label={t('scope.to')}
          value={draft.to}
          onValue={set('to')}
          problem={isBackwards ? t('backwards') : undefined}
        />
      </div>
      <Choices
        legend={t('format')}
        value={format}
        onChoose={setFormat}
        choices={formats.map((value) => ({
          value,
          label: t(`formats.${value}.name`),
          hint: t(`formats.${value}.hint`),
          icon: icons[value],
        }))}
      />
      <div className="row">
        {isRunning ? (
          <Button size="bench" kind="danger" icon={Square} busy={stop.busy} onClick={() => void stop.run({})}>
            {t('stop')}
          </Button>
        ) : (
          <Button size="bench" kind="primary" icon={PackageOpen} submit busy={start.busy} disabled={!fits}>
            {t('start')}
          </Button>
        )}
      </div>
      <ErrorNotice error={start.error} />
      <ErrorNotice error={stop.error} />
    </form>
  );
}

function Job({ job }: { job: ExportJob }) {
  const t = useTranslations('exports');
  const { state, scope, format, done, of, file, error } = job;
  const share = of === 0 ? undefined : Math.min(1, done / of);
  const chosen = [...texts, 'from' as const, 'to' as const].flatMap((name) => {
    const value = scope[name];
    return value === undefined
      ? []
      : [`${t(`scope.${name}`)}: ${name === 'from' || name === 'to' ? value.slice(0, 10) : value}`];
  });
  return (
    <section className="card stack" aria-label={t(`state.${state}`)}>
      <p role="status">
        <strong>{t(`state.${state}`)}</strong> {t(`formats.${format}.name`)}
        {', '}
        {chosen.length === 0 ? t('everything') : chosen.join(', ')}
      </p>
      {state === 'running' && (
        <progress className="export-progress" max={1} {...(share === undefined ? {} : { value: share })} />
      )}
      {state === 'running' && <p className="hint">{t('soFar', { done })}</p>}
      <ErrorNotice error={error === null ? undefined : StationError.from(error)} />
      {file && (
        <>
          <NamedValues
            facts={[
              [t('file'), <code key="f">{`exports/${file.name}`}</code>],
              [t('entries'), t('count', { count: file.entries })],
              [t('log'), t('leaves', { count: file.size })],
              [t('root'), <code key="r">{file.root}</code>],
            ]}
          />
          <SaveExportButton file={{ what: 'export', name: file.name, exportId: job.exportId }} bytes={file.bytes}>
            {t('save')}
          </SaveExportButton>
          <p className="hint">{t('kept')}</p>
        </>
      )}
    </section>
  );
}
