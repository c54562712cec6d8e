import { useTranslations } from 'use-intl';
import type { Person } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { PrintButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { TranscriptList } from '../conversation/transcriptlist.tsx';
import { SaveBirthRecord } from '../exports/savebirthrecord.tsx';
import { hrefTo } from '../route.ts';
import { useBatches, useBench } from '../stationclient.ts';
import { GoldenChecks } from './goldenchecks.tsx';
import { UnitStatePill } from './statepills.tsx';
import { StepTimes } from './steptimes.tsx';
import { Timeline } from './timeline.tsx';
import { UnitActs } from './unitacts.tsx';
import { UnitCertificates } from './unitcertificates.tsx';
import { UnitConnections } from './unitconnections.tsx';
import { modelText } from './unitmodel.ts';
import { UnitRegistration } from './unitregistration.tsx';
import { UnitRequests } from './unitrequests.tsx';
import { WouldConnect } from './wouldconnect.tsx';

/** The history of one unit, with the proof of each line. */
export function UnitPage({ unitSerial, person }: { unitSerial: string; person: Person }) {
  const t = useTranslations();
  const slot = useBench()?.slots.find((candidate) => candidate.unitSerial === unitSerial);
  const progress = useBatches()?.progress.length ?? 0;
  const { data: unit, error, reload } = useRead('units.show', { unitSerial }, `${slot?.state ?? ''}${progress}`);
  return (
    <div className="page paper">
      <BackLink href={hrefTo.units}>{t('story.back')}</BackLink>
      <ErrorNotice error={error} />
      {!unit && !error && <p className="loading">{t('app.loading')}</p>}
      {unit && (
        <>
          <div className="page-head">
            <h1 className="mono">{unit.unitSerial}</h1>
            <UnitStatePill state={unit.state} />
            {unit.practice && <span className="practice-tag">{t('common.practiceShort')}</span>}
            <span className="grow" />
            {person.role !== 'operator' && <SaveBirthRecord unitSerial={unit.unitSerial} />}
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
                <NamedValues
                  facts={[
                    [t('units.column.model'), modelText(unit.model)],
                    [t('units.column.order'), unit.orderId],
                    [t('story.hardwareId'), <code key="h">{unit.hardwareId ?? '–'}</code>],
                    [t('story.hardwareRevision'), unit.hardwareRevision ?? '–'],
                    [t('story.created'), <Timestamp key="c" at={unit.createdAt} />],
                    [t('story.updated'), <Timestamp key="u" at={unit.updatedAt} />],
                    [t('units.column.attempts'), unit.attempts],
                  ]}
                />
              </section>
              <StepTimes journal={unit.journal} />
              <UnitCertificates unit={unit} />
              <UnitRequests unit={unit} />
              <GoldenChecks journal={unit.journal} />
              <TranscriptList unitSerial={unit.unitSerial} version={unit.updatedAt} />
              <UnitRegistration batches={unit.batches} />
              <WouldConnect unitSerial={unit.unitSerial} />
              <UnitConnections connections={unit.connections} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
