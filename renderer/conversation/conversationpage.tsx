import { ArrowLeft, ArrowRight, ChevronDown, ChevronUp } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Transcript } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { fileText, findLines, transcriptFileName } from './transcriptlines.ts';
import { TranscriptViewer } from './transcriptviewer.tsx';

/** The conversation of station and device in one attempt. */
export function ConversationPage(asked: { unitSerial: string; attempt: number; startedAt: string }) {
  const t = useTranslations();
  const { data, error } = useRead('units.transcript', asked);
  const { unitSerial } = asked;
  return (
    <div className="page fill">
      <BackLink href={hrefTo.unit(unitSerial)}>{t('transcript.back', { serial: unitSerial })}</BackLink>
      <ErrorNotice error={error} />
      {!data && !error && <p className="loading">{t('app.loading')}</p>}
      {data && <Talk talk={data} />}
    </div>
  );
}

function Talk({ talk }: { talk: Transcript }) {
  const t = useTranslations('transcript');
  const [query, setQuery] = useState('');
  const [step, setStep] = useState(0);
  const wanted = useDeferredValue(query.trim());
  const hits = useMemo(() => findLines(talk.lines, wanted), [talk.lines, wanted]);
  const at = hits.length === 0 ? 0 : ((step % hits.length) + hits.length) % hits.length;
  const text = useMemo(() => fileText(talk), [talk]);
  const { unitSerial, attempt, lines, driver, startedAt, truncated } = talk;
  return (
    <>
      <div className="page-head">
        <h1>
          <span className="mono">{unitSerial}</span> · {t('ofAttempt', { attempt })}
        </h1>
        <p className="hint">
          {driver} · <Timestamp at={startedAt} /> · {t('lines', { count: lines.length })}
        </p>
        <span className="grow" />
        <CopyButton text={text} label={t('copy')} />
        <SaveButton
          file={{ what: 'transcript', name: transcriptFileName(talk), unitSerial, attempt, startedAt }}
          text={text}
        >
          {t('save')}
        </SaveButton>
      </div>
      <div className="talk-tools">
        <SearchBox
          label={t('search')}
          value={query}
          onValue={(next) => {
            setQuery(next);
            setStep(0);
          }}
          onKeyDown={(event) => event.key === 'Enter' && setStep(step + (event.shiftKey ? -1 : 1))}
        />
        <span role="status" className="hint">
          {wanted !== '' && t('hits', { at: hits.length === 0 ? 0 : at + 1, count: hits.length })}
        </span>
        <Button
          icon={ChevronUp}
          aria-label={t('previous')}
          disabled={hits.length < 2}
          onClick={() => setStep(step - 1)}
        />
        <Button
          icon={ChevronDown}
          aria-label={t('next')}
          disabled={hits.length < 2}
          onClick={() => setStep(step + 1)}
        />
        <p className="talk-key" aria-hidden="true">
          <span className="out">
            <ArrowRight /> {t('out')}
          </span>
          <span className="in">
            <ArrowLeft /> {t('in')}
          </span>
        </p>
      </div>
      {truncated && <p className="notice">{t('truncated')}</p>}
      <TranscriptViewer label={t('label', { attempt })} lines={lines} wanted={wanted} current={hits[at]} />
    </>
  );
}
