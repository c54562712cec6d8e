import { SearchX } from 'lucide-react';
import { type ReactNode, useDeferredValue } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { type ErrorCode, errorCodes, type Found } from '../../app/contract/index.ts';
import { BatchPill } from '../batches/batchpills.tsx';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { hrefTo } from '../route.ts';
import { CertificateStatePill, UnitStatePill } from '../units/statepills.tsx';
import { modelText } from '../units/unitmodel.ts';
import { errorTables, knows } from '../words/index.ts';

/** The page of the one thing that has exactly the searched serial or id. */
export const hrefOfExact = (exact: NonNullable<Found['exact']>): string =>
  exact.kind === 'unit' ? hrefTo.unit(exact.unitSerial) : hrefTo.station(`certificates/${exact.serialHex}`);

/** The shortest text that is looked for in the words of errors: of a shorter one, nearly every error has it. */
const shortestWord = 3;

/** What a search found, in groups; each leads to its page, and a long group to its list. */
export function FindResults({ query }: { query: string }) {
  const t = useTranslations('desk');
  const table = errorTables[useLocale()];
  const wanted = useDeferredValue(query);
  const codes =
    wanted.length < shortestWord
      ? []
      : errorCodes.filter((code) => table[code].what.toLowerCase().includes(wanted.toLowerCase()));
  const { data, error } = useRead('desk.find', { query: wanted, codes });
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{t('loading')}</p>;
  const { units, certificates, orders, batches, models, people, errors, day } = data;
  const isEmpty =
    !day && [units, certificates, orders, batches, models, people, errors].every(({ hits }) => hits.length === 0);
  const whatOf = (code: string) => (knows(table, code) ? table[code as ErrorCode].what : code);
  return (
    <>
      <ErrorNotice error={error} />
      {isEmpty && <EmptyState icon={SearchX} title={t('nothing')} hint={t('nothingHint')} />}
      <div className="desk-cards">
        {day && (
          <Group title={t('group.day')}>
            <li>
              <a href={hrefTo.filtered(hrefTo.units, { q: wanted })}>{t('unitsOfDay')}</a>
            </li>
            <li>
              <a href={hrefTo.filtered(hrefTo.audit, { from: wanted, to: wanted })}>{t('entriesOfDay')}</a>
            </li>
          </Group>
        )}
        {units.hits.length > 0 && (
          <Group title={t('group.units')} more={units.more && hrefTo.filtered(hrefTo.units, { q: wanted })}>
            {units.hits.map(({ unitSerial, state, orderId, model }) => (
              <li key={unitSerial}>
                <a href={hrefTo.unit(unitSerial)}>
                  <strong className="mono">{unitSerial}</strong>
                  <UnitStatePill state={state} />
                  <span className="hint">{`${modelText(model)} · ${orderId}`}</span>
                </a>
              </li>
            ))}
          </Group>
        )}
        {certificates.hits.length > 0 && (
          <Group
            title={t('group.certificates')}
            more={certificates.more && hrefTo.filtered(hrefTo.station('certificates'), { q: wanted })}
          >
            {certificates.hits.map(({ serialHex, state, unitSerial }) => (
              <li key={serialHex}>
                <a href={hrefTo.station(`certificates/${serialHex}`)}>
                  <strong className="mono">{serialHex}</strong>
                  <CertificateStatePill state={state} />
                  <span className="hint">{unitSerial}</span>
                </a>
              </li>
            ))}
          </Group>
        )}
        {orders.hits.length > 0 && (
          <Group title={t('group.orders')} more={orders.more && hrefTo.station('orders')}>
            {orders.hits.map(({ orderId, model }) => (
              <li key={orderId}>
                <a href={hrefTo.unitsOf(orderId)}>
                  <strong className="mono">{orderId}</strong>
                  <span className="hint">{modelText(model)}</span>
                </a>
              </li>
            ))}
          </Group>
        )}
        {batches.hits.length > 0 && (
          <Group title={t('group.batches')} more={batches.more && hrefTo.batches}>
            {batches.hits.map(({ batchId, state, count }) => (
              <li key={batchId}>
                <a href={hrefTo.batch(batchId)}>
                  <strong className="mono">{batchId}</strong>
                  <BatchPill state={state} />
                  <span className="number">{t('unitCount', { count })}</span>
                </a>
              </li>
            ))}
          </Group>
        )}
        {models.hits.length > 0 && (
          <Group title={t('group.models')}>
            {models.hits.map(({ model }) => (
              <li key={model}>
                <a href={hrefTo.filtered(hrefTo.units, { model })}>{modelText(model)}</a>
              </li>
            ))}
          </Group>
        )}
        {people.hits.length > 0 && (
          <Group title={t('group.people')}>
            {people.hits.map(({ name }) => (
              <li key={name}>
                <a href={hrefTo.filtered(hrefTo.audit, { person: name })}>{name}</a>
              </li>
            ))}
          </Group>
        )}
        {errors.hits.length > 0 && (
          <Group title={t('group.errors')}>
            {errors.hits.map(({ code, units: count }) => (
              <li key={code}>
                <a href={hrefTo.filtered(hrefTo.units, { error: code })}>
                  <span>{whatOf(code)}</span>
                  <span className="fine code">{code}</span>
                  <span className="number">{t('unitCount', { count })}</span>
                </a>
              </li>
            ))}
          </Group>
        )}
      </div>
    </>
  );
}

function Group({ title, more, children }: { title: string; more?: string | false; children: ReactNode }) {
  const t = useTranslations('desk');
  return (
    <section className="card">
      <h2>{title}</h2>
      <ul className="hits">{children}</ul>
      {more && <a href={more}>{t('all')}</a>}
    </section>
  );
}
