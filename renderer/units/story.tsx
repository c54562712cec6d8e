import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Transcripts } from '../conversation/transcripts.tsx';
import { Facts } from '../parts/facts.tsx';
import { Problem } from '../parts/problem.tsx';
import { PrintButton } from '../parts/save.tsx';
import { When } from '../parts/when.tsx';
import { hrefTo } from '../route.ts';
import { useBatches, useBench } from '../station.ts';
import { UnitActs } from './acts.tsx';
import { Certificates } from './certificates.tsx';
import { GoldenChecks } from './golden.tsx';
import { modelText } from './model.ts';
import { Registration } from './registration.tsx';
import { UnitStatePill } from './state.tsx';
import { Timeline } from './timeline.tsx';
import { StepTimes } from './times.tsx';

/** What happened to one unit, with the proof of each line. */
export function Story({ unitSerial, person }: { unitSerial: string; person: Person }) {
  const t = useTranslations();
  const slot = useBench()?.slots.find((candidate) => candidate.unitSerial === unitSerial);
  const progress = useBatches()?.progress.length ?? 0;
  const { data: unit, error, reload } = useRead('units.show', { unitSerial }, `${slot?.state ?? ''}${progress}`);
  return (
    <div className="page paper">
      <a className="back" href={hrefTo.units}>
        <ArrowLeft aria-hidden="true" />
        {t('story.back')}
      </a>
      <Problem error={error} />
      {!unit && !error && <p className="loading">{t('app.loading')}</p>}
      {unit && (
        <>
          <div className="desk-head">
            <h1 className="mono">{unit.unitSerial}</h1>
            <UnitStatePill state={unit.state} />
            {unit.practice && <span className="practice-tag">{t('common.practiceShort')}</span>}
            <span className="grow" />
            <PrintButton>{t('keep.print')}</PrintButton>
            <UnitActs unit={unit} person={person} inWork={slot?.state === 'WORKING'} onDone={reload} />
          </div>
          <div className="story">
            <section>
              <h2>{t('story.timeline')}</h2>
              <Timeline journal={unit.journal} />
            </section>
            <div className="stack">
              <section className="card">
                <h2>{t('story.facts')}</h2>
                <Facts
                  facts={[
                    [t('units.column.model'), modelText(unit.model)],
                    [t('units.column.order'), unit.orderId],
                    [t('story.hardwareId'), <code key="h">{unit.hardwareId ?? '–'}</code>],
                    [t('story.hardwareRevision'), unit.hardwareRevision ?? '–'],
                    [t('story.created'), <When key="c" at={unit.createdAt} />],
                    [t('story.updated'), <When key="u" at={unit.updatedAt} />],
                    [t('units.column.attempts'), unit.attempts],
                  ]}
                />
              </section>
              <StepTimes journal={unit.journal} />
              <Certificates unit={unit} />
              <GoldenChecks journal={unit.journal} />
              <Transcripts unitSerial={unit.unitSerial} version={unit.updatedAt} />
              <Registration batches={unit.batches} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
