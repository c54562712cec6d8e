import { useTranslations } from 'use-intl';
import type { UnitHistory } from '../../app/contract/index.ts';
import { memberState } from '../../app/contract/model.ts';
import { MemberPill } from '../batches/batchpills.tsx';
import { ReasonText } from '../batches/reasontext.tsx';
import { Pill } from '../controls/pill.tsx';
import { hrefTo } from '../route.ts';

/** The result of the unit's registration at AWS. */
export function UnitRegistration({ batches }: { batches: UnitHistory['batches'] }) {
  const t = useTranslations('story');
  const tWays = useTranslations('ways');
  return (
    <section className="card">
      <h2>{t('registration')}</h2>
      {batches.length === 0 && <p className="hint">{t('noBatch')}</p>}
      {batches.map((batch) => {
        const state = memberState.safeParse(batch.state);
        return (
          <div key={batch.batchId} className="stack tight">
            <p className="row">
              <a href={hrefTo.batch(batch.batchId)}>{t('inBatch', { batch: batch.batchId })}</a>
              <span>
                {tWays('target')}: <strong>{batch.target}</strong>
              </span>
              {state.success ? <MemberPill state={state.data} /> : <Pill tone="plain">{batch.state}</Pill>}
            </p>
            <p className="hint">{tWays(`name.${batch.way}`)}</p>
            {batch.thingName !== null && <p>{t('thing', { thing: batch.thingName })}</p>}
            {batch.reason !== null && (
              <p className="wrong">
                <ReasonText reason={batch.reason} />
              </p>
            )}
          </div>
        );
      })}
    </section>
  );
}
