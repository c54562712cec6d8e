import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Problem } from '../controls/errornotice.tsx';
import { Facts } from '../controls/namedvalues.tsx';
import { PrintButton } from '../controls/savebuttons.tsx';
import { When } from '../controls/timestamp.tsx';
import { Transcripts } from '../conversation/transcriptlist.tsx';
import { hrefTo } from '../route.ts';
import { useBatches, useBench } from '../stationclient.ts';
import { GoldenChecks } from './goldenchecks.tsx';
import { UnitStatePill } from './statepills.tsx';
import { StepTimes } from './steptimes.tsx';
import { Timeline } from './timeline.tsx';
import { UnitActs } from './unitacts.tsx';
import { Certificates } from './unitcertificates.tsx';
import { modelText } from './unitmodel.ts';
import { Registration } from './unitregistration.tsx';

/** What happened to one unit, as a story with its proofs. */
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
