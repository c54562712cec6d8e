import { CircleDashed, OctagonX, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlantUnit } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useAuditWords } from '../desk/entrywords.ts';
import { hrefTo } from '../route.ts';
import { CertificateStatePill, UnitStatePill } from '../units/statepills.tsx';
import { modelText } from '../units/unitmodel.ts';

/** A unit as one station made it: facts, certificates, and its entries in that station's log with their proofs. */
export function PlantUnitPage({ unitSerial, stationId }: { unitSerial: string; stationId: string }) {
  const t = useTranslations('plant');
  const { data, error } = useRead('plant.unit', { unitSerial, stationId });
  return (
    <div className="page">
      <BackLink href={hrefTo.plantUnits}>{t('allUnits')}</BackLink>
      <ErrorNotice error={error} />
      {!data && !error && <p className="loading">{t('loading')}</p>}
      {data && <Unit unit={data} />}
    </div>
  );
}

function Unit({ unit }: { unit: PlantUnit }) {
  const t = useTranslations('plant');
  const { unitSerial, station, model, hardwareId, orderId, state, updatedAt } = unit;
  return (
    <>
      <div className="page-head">
        <h1>{unitSerial}</h1>
        <UnitStatePill state={state} />
        <span className="grow" />
        {unit.elsewhere.map((other) => (
          <a key={other.stationId} className="button" href={hrefTo.plantUnit(unitSerial, other.stationId)}>
            {t('alsoAt', { station: other.station })}
          </a>
        ))}
      </div>
      {unit.collisions.length > 0 && (
        <section className="banner bad" aria-label={t('collisions')}>
          <OctagonX aria-hidden="true" />
          <ul className="hits">
            {unit.collisions.map(({ kind, value, owner, ownerUnit }) => (
              <li key={`${kind} ${value}`}>
                {t(`collision.${kind}`, { unit: unitSerial, station, owner, ownerUnit })}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card">
        <NamedValues
          facts={[
            [t('station'), station],
            [t('model'), modelText(model)],
            [t('order'), orderId],
            [t('hardwareId'), hardwareId ?? '–'],
            [t('updated'), <Timestamp key="at" at={updatedAt} />],
            ...unit.certificates.map(
              ({ serialHex, certificateId, state: standing }) =>
                [
                  t('certificate'),
                  <span key={serialHex}>
                    <CertificateStatePill state={standing} /> <code>{serialHex}</code>
                    <code className="fine block">{certificateId}</code>
                  </span>,
                ] as const,
            ),
          ]}
        />
      </section>
      <h2>{t('entries')}</h2>
      <p className="hint">{t('entriesMeaning', { station })}</p>
      <Entries unit={unit} />
    </>
  );
}

function Entries({ unit }: { unit: PlantUnit }) {
  const t = useTranslations('plant');
  const wordsOf = useAuditWords();
  const [shown, setShown] = useState<number>();
  return (
    <>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('at')}</th>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('who')}</th>
            <th scope="col">{t('leaf')}</th>
            <th scope="col">{t('proof')}</th>
          </tr>
        </thead>
        <tbody>
          {unit.entries.map(({ leafIndex, at, entry, actor, proved }) => (
            <tr key={leafIndex}>
              <td>{at === null ? '–' : <Timestamp at={at} />}</td>
              <td>
                {wordsOf(entry)}
                <span className="fine code block">{entry}</span>
              </td>
              <td>{actor}</td>
              <td>{leafIndex}</td>
              <td>
                <Standing proved={proved} />
                <Button
                  kind="quiet"
                  aria-label={t('showProofOf', { leaf: leafIndex })}
                  onClick={() => setShown(leafIndex)}
                >
                  {t('showProof')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Modal
        open={shown !== undefined}
        title={t('proofOf', { leaf: shown ?? 0 })}
        size="large"
        onClose={() => setShown(undefined)}
      >
        {shown !== undefined && <Proof stationId={unit.stationId} leafIndex={shown} />}
      </Modal>
    </>
  );
}

function Standing({ proved }: { proved: boolean | null }) {
  const t = useTranslations('plant');
  if (proved === null)
    return (
      <Pill tone="plain" icon={CircleDashed}>
        {t('unsigned')}
      </Pill>
    );
  return (
    <Pill tone={proved ? 'good' : 'bad'} icon={proved ? ShieldCheck : OctagonX}>
      {t(proved ? 'proved' : 'notProved')}
    </Pill>
  );
}

/** The proof as it is computed: who wants to can do it again by hand. */
function Proof({ stationId, leafIndex }: { stationId: string; leafIndex: number }) {
  const t = useTranslations('plant');
  const { data, error } = useRead('plant.proof', { stationId, leafIndex });
  if (data === undefined) return error ? <ErrorNotice error={error} /> : <p className="loading">{t('loading')}</p>;
  if (data === null) return <p>{t('unsignedMeaning')}</p>;
  const isProved = data.included && data.signed;
  return (
    <div className="stack">
      <p>
        <Standing proved={isProved} />{' '}
        {isProved ? t('provedMeaning') : t(data.included ? 'notSignedMeaning' : 'notIncludedMeaning')}
      </p>
      <NamedValues
        facts={[
          [t('leafHash'), <code key="h">{data.leafHash}</code>],
          [t('place'), t('placeOf', { leaf: data.leafIndex, size: data.size })],
          [t('path'), <PathText key="p" path={data.path} />],
          [t('root'), <code key="r">{data.root}</code>],
          [t('key'), <code key="k">{data.key}</code>],
        ]}
      />
      <h3>{t('leafText')}</h3>
      <pre>{data.leaf}</pre>
      <h3>{t('checkpoint')}</h3>
      <pre>{data.checkpoint}</pre>
      <CopyButton text={JSON.stringify(data)} label={t('copyProof')} />
    </div>
  );
}

const PathText = ({ path }: { path: readonly string[] }) => (
  <>
    {path.map((hash) => (
      <code key={hash} className="block">
        {hash}
      </code>
    ))}
  </>
);
