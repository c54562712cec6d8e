import { Maximize, Minimize, Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { WindowSettings, WindowView } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';
import { displayChoices, displayKey, displayOf, noneKey, printerChoices, zoomChoices } from './windowchoices.ts';

/** The program's own window on this PC. */
export function WindowForm({ version }: { version: number }) {
  const t = useTranslations();
  const { data, error, reload } = useRead('window.show', {}, version);
  return (
    <div className="stack">
      <p className="hint">{t('shiftWindow.set.intro')}</p>
      <ErrorNotice error={error} />
      {!data && !error && <p className="hint">{t('common.working')}</p>}
      {data && <State view={data} onDone={reload} />}
      {data && <Settings view={data} onDone={reload} />}
    </div>
  );
}

function State({ view, onDone }: { view: WindowView; onDone: () => void }) {
  const t = useTranslations('shiftWindow.set');
  const { run, busy, error } = useAct('window.kiosk');
  const { pageReloads, lastReloadAt, graphicsLosses, software, kiosk, settings } = view;
  const set = async (on: boolean) => {
    if (await run({ on })) onDone();
  };
  return (
    <section className="stack" aria-label={t('state')}>
      <h3>{t('state')}</h3>
      <NamedValues
        facts={[
          [
            t('reloads'),
            <span key="r">
              {pageReloads}
              {lastReloadAt !== undefined && (
                <>
                  {' · '}
                  <Timestamp at={lastReloadAt} />
                </>
              )}
            </span>,
          ],
          [t('graphicsLosses'), graphicsLosses],
          [t('drawing'), software ? t('software') : t('hardware')],
        ]}
      />
      <ErrorNotice error={error} />
      {kiosk && (
        <div className="row">
          <Button icon={Minimize} busy={busy} onClick={() => void set(false)}>
            {t('leave')}
          </Button>
          <span className="hint">{t('leaveHint')}</span>
        </div>
      )}
      {!kiosk && settings.kiosk && (
        <div className="row">
          <Button icon={Maximize} busy={busy} onClick={() => void set(true)}>
            {t('enter')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Settings({ view, onDone }: { view: WindowView; onDone: () => void }) {
  const words = useTranslations();
  const t = useTranslations('shiftWindow.set');
  // Sends only the changed settings, because keys may change the size meanwhile.
  const nothing: Partial<WindowSettings> = {};
  const form = useForm('window.configure', { first: nothing, params: (change) => change, onDone });
  const { set } = form;
  const draft: WindowSettings = { ...view.settings, ...form.values };
  return (
    <form className="stack narrow" {...form.form}>
      <h3>{t('screen')}</h3>
      <Choose
        label={t('display')}
        value={displayKey(draft.display)}
        onPick={(key) => set({ display: displayOf(key, view, draft.display) })}
        options={displayChoices(view, draft.display, t)}
      />
      <Check label={t('kiosk')} hint={t('kioskHint')} checked={draft.kiosk} onChecked={(kiosk) => set({ kiosk })} />
      <Check
        label={t('start')}
        hint={t('startHint')}
        checked={draft.startWithPc}
        onChecked={(startWithPc) => set({ startWithPc })}
      />
      <Choose
        label={t('zoom')}
        hint={t('zoomHint')}
        value={String(draft.zoomPercent)}
        onPick={(zoom) => set({ zoomPercent: Number(zoom) })}
        options={zoomChoices(draft.zoomPercent, t)}
      />
      <Choose
        label={t('printer')}
        hint={t('printerHint')}
        value={draft.printer ?? noneKey}
        onPick={(name) => set({ printer: name === noneKey ? null : name })}
        options={printerChoices(view, draft.printer, t)}
      />
      <Choose
        label={t('graphics')}
        hint={t('graphicsHint')}
        value={draft.graphics}
        onPick={(graphics) => set({ graphics: graphics === 'software' ? 'software' : 'hardware' })}
        options={(['hardware', 'software'] as const).map((value) => ({ value, label: t(value) }))}
      />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Save} {...form.button}>
          {t('save')}
        </Button>
        <span role="status">{form.done ? words('station.saved') : ''}</span>
      </div>
    </form>
  );
}

type ChooseProps = {
  label: string;
  hint?: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onPick: (value: string) => void;
};

function Choose({ hint, ...pick }: ChooseProps) {
  return (
    <div>
      <SelectField {...pick} />
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  );
}

type CheckProps = { label: string; hint: string; checked: boolean; onChecked: (checked: boolean) => void };

function Check({ label, hint, checked, onChecked }: CheckProps) {
  return (
    <div>
      <label className="check">
        <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.target.checked)} />
        {label}
      </label>
      <p className="hint">{hint}</p>
    </div>
  );
}
