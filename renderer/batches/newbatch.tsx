import { PackagePlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BatchesSnapshot, Person } from '../../app/contract/index.ts';
import { type BatchWay, batchWay } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { goTo, hrefTo } from '../route.ts';

type Props = { snapshot: BatchesSnapshot; person: Person };

/** The units that are ready, and the batch that is made of them: where they go, and in which way. */
export function NewBatch({ snapshot, person }: Props) {
  const t = useTranslations('batches');
  return (
    <section className="card ready">
      <PackagePlus aria-hidden="true" />
      <div>
        <p className="lead">
          <strong>{t('ready', { count: snapshot.readyUnits })}</strong>
        </p>
        {person.role !== 'engineer' && (
          <p className="hint">{t(snapshot.readyUnits === 0 ? 'makeEmpty' : 'readyHint')}</p>
        )}
        {person.role === 'engineer' && <Choice snapshot={snapshot} />}
      </div>
    </section>
  );
}

/** The choice of an engineer. A batch is made for each target that is chosen and has units. */
function Choice({ snapshot }: { snapshot: BatchesSnapshot }) {
  const t = useTranslations();
  const { run, busy, error } = useAct('batches.make');
  const [way, setWay] = useState<BatchWay>('bulk');
  const [picked, setPicked] = useState<readonly string[]>(snapshot.ready.slice(0, 1).map(({ target }) => target));
  const chosen = snapshot.ready.filter(({ target, units }) => units > 0 && picked.includes(target));
  const make = async () => {
    let made: { batchId: string } | undefined;
    for (const { target } of chosen) {
      made = await run({ target, way });
      if (!made) return;
    }
    if (made && chosen.length === 1) goTo(hrefTo.batch(made.batchId));
  };
  return (
    <div className="stack tight">
      {snapshot.ready.length > 1 && (
        <fieldset className="row">
          <legend className="label">{t('ways.chooseTargets')}</legend>
          {snapshot.ready.map(({ target, units }) => (
            <label key={target} className="check">
              <input
                type="checkbox"
                checked={picked.includes(target)}
                onChange={({ target: { checked } }) =>
                  setPicked((now) => (checked ? [...now, target] : now.filter((one) => one !== target)))
                }
              />
              {t('ways.makeFor', { count: units, target })}
            </label>
          ))}
        </fieldset>
      )}
      <SelectField
        label={t('ways.chooseWay')}
        value={way}
        options={batchWay.options.map((value) => ({ value, label: t(`ways.name.${value}`) }))}
        onPick={setWay}
      />
      <p className="hint">
        {snapshot.ready.every(({ units }) => units === 0) ? t('batches.makeEmpty') : t(`ways.hint.${way}`)}
      </p>
      <div className="row">
        <Button size="bench" kind="primary" busy={busy} disabled={chosen.length === 0} onClick={() => void make()}>
          {t('batches.make')}
        </Button>
      </div>
      <ErrorNotice error={error} />
    </div>
  );
}
