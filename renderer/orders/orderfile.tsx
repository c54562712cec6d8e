import { Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { WireError } from '../../app/contract/index.ts';
import type { OrderPreview } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { base64Of } from '../controls/base64.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { Pill } from '../controls/pill.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useErrorWords, useReason } from '../words/index.ts';
import { OrderOverlaps } from './orderoverlaps.tsx';

type Chosen = { name: string; base64: string };

const tones = { new: 'good', same: 'plain', bad: 'bad' } as const;

/** Orders from a file: a preview of each order and of each row that is not taken, then one press. */
export function OrderFile({ onMade }: { onMade: () => void }) {
  const t = useTranslations('orders.file');
  const look = useAct('orders.preview');
  const take = useAct('orders.import');
  const [chosen, setChosen] = useState<Chosen>();
  const [preview, setPreview] = useState<OrderPreview>();
  const [made, setMade] = useState<number>();

  const pick = async ([file]: File[]) => {
    if (!file) return;
    setMade(undefined);
    setPreview(undefined);
    take.clear();
    const next = { name: file.name, base64: await base64Of(file) };
    setChosen(next);
    setPreview(await look.run(next));
  };
  const fresh = preview?.orders.filter(({ standing }) => standing === 'new').length ?? 0;
  const make = async () => {
    const done = chosen && (await take.run(chosen));
    if (!done) return;
    setMade(done.made.length);
    setPreview(await look.run(chosen));
    onMade();
  };
  const said = () => {
    if (!chosen) return t('none');
    if (!preview) return look.error ? chosen.name : t('reading', { name: chosen.name });
    return t('chosen', { name: chosen.name, rows: preview.rows, bad: preview.badRows });
  };
  return (
    <section className="card stack">
      <h3>{t('title')}</h3>
      <FilePick label={t('pick')} accept=".csv,.xlsx,.json" chosen={said()} onFiles={(files) => void pick(files)} />
      {!chosen && (
        <p className="hint">
          {t.rich('hint', {
            columns: () => <code>order, model, quantity</code>,
            more: () => <code>recipe, profile, from, to, pattern, serial, due, until, label</code>,
          })}
        </p>
      )}
      <ErrorNotice error={look.error ?? take.error} />
      {preview?.rows === 0 && <p className="hint">{t('empty')}</p>}
      {preview && preview.orders.length > 0 && <Orders orders={preview.orders} />}
      {made !== undefined && <p role="status">{t('made', { count: made })}</p>}
      {fresh > 0 && (
        <div className="row">
          <Button kind="primary" icon={Check} busy={take.busy} onClick={() => void make()}>
            {t('make', { count: fresh })}
          </Button>
        </div>
      )}
      {preview && preview.problems.length > 0 && <Problems preview={preview} name={chosen?.name ?? ''} />}
    </section>
  );
}

function Orders({ orders }: Pick<OrderPreview, 'orders'>) {
  const t = useTranslations('orders.file');
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th scope="col">{t('order')}</th>
          <th scope="col">{t('what')}</th>
          <th scope="col">{t('serials')}</th>
          <th scope="col">{t('due')}</th>
          <th scope="col">{t('standing')}</th>
        </tr>
      </thead>
      <tbody>
        {orders.slice(0, 200).map(({ orderId, model, quantity, serials, dueAt, standing, overlaps }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: orders without a number have no other name, and rows stay in place
          <tr key={`${orderId} ${index}`}>
            <th scope="row" className="mono">
              {orderId || '–'}
            </th>
            <td>{standing === 'bad' ? '–' : t('quantity', { quantity, model })}</td>
            <td>
              <span className="mono">{serials}</span>
              <OrderOverlaps overlaps={overlaps} />
            </td>
            <td>{dueAt !== null && <Timestamp at={dueAt} shape="day" />}</td>
            <td>
              <Pill tone={tones[standing]}>{t(standing)}</Pill>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Problems({ preview: { problems, badRows, refusedCsv }, name }: { preview: OrderPreview; name: string }) {
  const t = useTranslations('orders.file');
  const troubles = useTranslations('orders.trouble');
  return (
    <>
      <h4>{t('problems')}</h4>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('row')}</th>
            <th scope="col">{t('column')}</th>
            <th scope="col">{t('value')}</th>
            <th scope="col">{t('trouble')}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ row, column, what, value, has = 0, error }) => (
            <tr key={`${row} ${column} ${what}`}>
              <td className="number">{row}</td>
              <td>{column ?? ''}</td>
              <td className="mono">{value}</td>
              <td>
                {troubles(what, { has })}
                {error && <Refusal error={error} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {badRows > problems.length && <p className="hint">{t('more')}</p>}
      {refusedCsv !== null && (
        <div className="row">
          <SaveButton file={{ what: 'text', name: `${name}.refused.csv`, content: refusedCsv }}>{t('save')}</SaveButton>
        </div>
      )}
    </>
  );
}

/** What the station would refuse the order with. */
function Refusal({ error }: { error: WireError }) {
  const { what, meaning, next } = useErrorWords()(error);
  const reason = useReason()(error);
  return (
    <span className="hint block">
      {what} {reason ?? meaning} {next}
    </span>
  );
}
