import { ListPlus, ListX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Pill } from '../controls/pill.tsx';
import { useForm } from '../controls/useform.ts';

/** The PKCS#11 modules that may be loaded, and those that were found. */
export function TokenModules({ onChanged }: { onChanged: () => void }) {
  const t = useTranslations('ca.modules');
  const modules = useRead('ca.modules', {});
  const add = useAct('ca.addModule');
  const remove = useAct('ca.removeModule');
  const [leaving, setLeaving] = useState<string>();
  const settled = () => {
    modules.reload();
    onChanged();
  };
  const form = useForm('ca.addModule', {
    first: { path: '' },
    params: ({ path }) => ({ path: path.trim() }),
    onDone: settled,
  });
  return (
    <section className="stack tight" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <ErrorNotice error={modules.error} />
      {modules.data?.length === 0 && <p>{t('none')}</p>}
      {modules.data !== undefined && modules.data.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('path')}</th>
              <th scope="col">{t('state')}</th>
            </tr>
          </thead>
          <tbody>
            {modules.data.map(({ path: one, listed, usedBy, problem }) => (
              <tr key={one}>
                <th scope="row">
                  <span className="mono">{one}</span>
                  {usedBy.length > 0 && <p className="hint">{t('usedBy', { names: usedBy.join(', ') })}</p>}
                  <ErrorNotice error={problem} />
                </th>
                <td>
                  <div className="row">
                    <Pill tone={listed ? 'good' : 'plain'}>{listed ? t('listed') : t('found')}</Pill>
                    {listed && (
                      <Button icon={ListX} aria-label={t('removePath', { path: one })} onClick={() => setLeaving(one)}>
                        {t('remove')}
                      </Button>
                    )}
                    {!listed && problem === undefined && (
                      <Button
                        icon={ListPlus}
                        aria-label={t('addPath', { path: one })}
                        busy={add.busy}
                        onClick={async () => {
                          if (await add.run({ path: one })) settled();
                        }}
                      >
                        {t('add')}
                      </Button>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form className="row bottom" {...form.form}>
        <div className="grow">
          <Field label={t('other')} hint={t('otherHint')} maxLength={300} {...form.field('path')} />
        </div>
        <Button icon={ListPlus} {...form.button}>
          {t('add')}
        </Button>
      </form>
      <ErrorNotice error={form.error ?? add.error} />
      <Confirm
        open={leaving !== undefined}
        title={t('removeTitle')}
        meaning={t('removeMeaning', { path: leaving ?? '' })}
        act={t('remove')}
        busy={remove.busy}
        onCancel={() => setLeaving(undefined)}
        onConfirm={async () => {
          if (leaving === undefined || !(await remove.run({ path: leaving }))) return;
          setLeaving(undefined);
          settled();
        }}
      >
        <ErrorNotice error={remove.error} />
      </Confirm>
    </section>
  );
}
