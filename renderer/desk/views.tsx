import { Bookmark, Save, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ListName } from '../../app/contract/index.ts';
import { pathOf } from '../address.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { Pill } from '../controls/pill.tsx';

type Props = { list: ListName; filter: string };

/** The saved views of a list: open one, keep this one, remove one. Each has an address that can be given to others. */
export function Views(props: Props) {
  const t = useTranslations('desk');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={Bookmark} onClick={() => setOpen(true)}>
        {t('views')}
      </Button>
      <Modal open={open} onClose={() => setOpen(false)} title={t('views')} size="large">
        {open && <Kept {...props} onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function Kept({ list, filter, onClose }: Props & { onClose: () => void }) {
  const t = useTranslations('desk');
  const views = useRead('views.list', { list });
  const save = useAct('views.save');
  const remove = useAct('views.remove');
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const path = pathOf(window.location.hash);
  const addressOf = (kept: string) => `${path}${kept === '' ? '' : `?${kept}`}`;
  const wholeOf = (kept: string) => window.location.href.split('#', 1)[0] + addressOf(kept);
  return (
    <div className="stack">
      <ErrorNotice error={views.error ?? save.error ?? remove.error} />
      {views.data?.length === 0 && <p className="hint">{t('noViews')}</p>}
      <ul className="views-list">
        {views.data?.map((view) => (
          <li key={view.viewId}>
            <a href={addressOf(view.filter)} onClick={onClose}>
              <strong>{view.name}</strong>
            </a>
            {view.shared && <Pill tone="plain">{t('shared')}</Pill>}
            <span className="hint">{t('madeBy', { actor: view.madeBy })}</span>
            <span className="grow" />
            <CopyButton text={wholeOf(view.filter)} label={t('copyAddress')} />
            <Button
              kind="quiet"
              icon={Trash2}
              aria-label={t('removeView', { name: view.name })}
              busy={remove.busy}
              onClick={async () => {
                if (await remove.run({ viewId: view.viewId })) views.reload();
              }}
            >
              {t('remove')}
            </Button>
          </li>
        ))}
      </ul>
      <form
        className="stack"
        onSubmit={async (event) => {
          event.preventDefault();
          if (name.trim() === '' || !(await save.run({ list, name, filter, shared }))) return;
          setName('');
          views.reload();
        }}
      >
        <h3>{t('keepThis')}</h3>
        <Field label={t('viewName')} hint={t('viewHint')} maxLength={60} value={name} onValue={setName} />
        <label className="check">
          <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
          {t('share')}
        </label>
        <div className="row">
          <Button submit kind="primary" icon={Save} busy={save.busy} disabled={name.trim() === ''}>
            {t('keepView')}
          </Button>
          <CopyButton text={wholeOf(filter)} label={t('copyThis')} />
        </div>
      </form>
    </div>
  );
}
