import { CloudUpload } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { AtTargets, CasInAws, Params } from '../../app/contract/index.ts';
import { type CaMode, caMode } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useErrorWords } from '../words/index.ts';

type Ca = CasInAws['cas'][number];
type Change = Params<'cloud.changeCa'>['act'];

/** The acts on one CA, in all targets or in the chosen one, and what each target answered. */
export function ChangeCa({ ca, onDone }: { ca: Ca; onDone: () => void }) {
  const t = useTranslations('targets.cas');
  const [where, setWhere] = useState('');
  const [mode, setMode] = useState<CaMode>('DEFAULT');
  const [auto, setAuto] = useState(false);
  const [name, setName] = useState('');
  const [deleting, setDeleting] = useState(false);
  const [done, setDone] = useState<AtTargets>();
  const register = useAct('cloud.registerCas');
  const change = useAct('cloud.changeCa');
  const { issuerId } = ca;
  const at = ca.at.filter(({ target }) => where === '' || target === where);
  const targets = where === '' ? undefined : [where];
  const states = at.map(({ ca: there }) => there?.status);
  const missing = !ca.revoked && at.some(({ ca: there, error }) => there === null && !error);
  const isName = /^[0-9A-Za-z_-]{1,36}$/.test(name);
  const template = isName ? { templateName: name } : undefined;
  const ended = (result: AtTargets | undefined) => {
    setDone(result);
    if (result) onDone();
    return result !== undefined;
  };
  const act = async (what: Change) =>
    ended(await change.run({ issuerId, targets, act: what, ...(what === 'setTemplate' && { template }) }));
  const button = (what: Change, disabled = false) => (
    <Button key={what} busy={change.busy} disabled={disabled} onClick={() => void act(what)}>
      {t(`act.${what}`)}
    </Button>
  );
  return (
    <>
      {ca.at.length > 1 && (
        <div className="narrow">
          <SelectField
            label={t('where')}
            value={where}
            onPick={setWhere}
            options={[
              { value: '', label: t('everywhere') },
              ...ca.at.map(({ target }) => ({ value: target, label: target })),
            ]}
          />
        </div>
      )}
      <div className="row">
        {missing && (
          <Button
            kind="primary"
            icon={CloudUpload}
            busy={register.busy}
            onClick={async () =>
              ended(
                await register.run({ issuerId, targets, mode, autoRegistration: auto, ...(template && { template }) }),
              )
            }
          >
            {t('register')}
          </Button>
        )}
        {states.includes('INACTIVE') && !ca.revoked && button('activate')}
        {states.includes('ACTIVE') && button('deactivate')}
        {states.includes('INACTIVE') && (
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {t('act.delete')}
          </Button>
        )}
      </div>
      {states.includes('ACTIVE') && <p className="hint">{t('deactivateMeaning')}</p>}
      <details>
        <summary>{t('more')}</summary>
        <div className="stack">
          <div className="fields">
            {missing && (
              <SelectField
                label={t('modeOfNew')}
                value={mode}
                onPick={setMode}
                options={caMode.options.map((value) => ({ value, label: t(`modes.${value}`) }))}
              />
            )}
            <Field
              label={t('template')}
              hint={t('templateHint')}
              problem={name === '' || isName ? undefined : t('templateProblem')}
              value={name}
              onValue={setName}
            />
          </div>
          {missing && (
            <label className="check">
              <input type="checkbox" checked={auto} onChange={(event) => setAuto(event.target.checked)} />
              {t('autoOfNew')}
            </label>
          )}
          {at.some(({ ca: there }) => there !== null) && (
            <div className="row">
              {[button('autoOn'), button('autoOff'), button('setTemplate', !isName), button('removeTemplate')]}
            </div>
          )}
        </div>
      </details>
      <ErrorNotice error={register.error ?? (deleting ? undefined : change.error)} />
      {done && <Outcomes done={done} />}
      {deleting && (
        <DeleteCa
          name={ca.commonName}
          busy={change.busy}
          onCancel={() => setDeleting(false)}
          onConfirm={async () => {
            if (await act('delete')) setDeleting(false);
          }}
        >
          <ErrorNotice error={change.error} />
        </DeleteCa>
      )}
    </>
  );
}

function Outcomes({ done }: { done: AtTargets }) {
  const t = useTranslations('targets.cas');
  const words = useErrorWords();
  return (
    <ul className="plain" role="status">
      {done.results.map(({ target, outcome, error }) => (
        <li key={target}>
          {target}: {error ? words(error).what : t(`outcome.${outcome ?? 'unknown'}`)}
        </li>
      ))}
    </ul>
  );
}

type DeleteProps = {
  name: string;
  busy: boolean;
  onCancel: () => void;
  onConfirm: () => void;
  children: React.ReactNode;
};

/** Deleting ends auto-registration and proof for good, so the name of the CA is typed. */
function DeleteCa({ name, busy, onCancel, onConfirm, children }: DeleteProps) {
  const t = useTranslations('targets.cas');
  const [typed, setTyped] = useState('');
  return (
    <Confirm
      open
      title={t('deleteTitle', { name })}
      meaning={t('deleteMeaning')}
      act={t('act.delete')}
      busy={busy}
      disabled={typed.trim() !== name}
      onCancel={onCancel}
      onConfirm={onConfirm}
    >
      <Field label={t('deleteTyped', { name })} value={typed} onValue={setTyped} />
      {children}
    </Confirm>
  );
}
