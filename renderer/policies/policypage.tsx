import { Archive, Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type DocumentView, documentName, type StationStatus } from '../../app/contract/index.ts';
import { address } from '../address.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { goTo, hrefTo } from '../route.ts';
import { useDraft } from '../unsaved.ts';
import { PolicyDraft } from './policydraft.tsx';
import { PolicyInAws } from './policyinaws.tsx';

type Props = {
  /** The latest version. Undefined for a new policy. */
  policy: (DocumentView & { text: string }) | undefined;
  /** All of its versions that have a text, from the first. */
  versions: readonly DocumentView[];
  names: readonly string[];
  engineer: boolean;
  targets: StationStatus['targets'];
  onChanged: () => void;
};

/** One policy: its text, its findings, its decisions, and the acts on it. */
export function PolicyPage({ policy, versions, names, engineer, targets, onChanged }: Props) {
  const t = useTranslations('policies');
  const first = policy?.text ?? '';
  const draft = useDraft(`${address()} policy`, first);
  const { text, setText } = draft;
  const [typedName, setTypedName] = useState('');
  const [valid, setValid] = useState(false);
  const [saved, setSaved] = useState(false);
  const [old, setOld] = useState<DocumentView>();
  const [retiring, setRetiring] = useState(false);
  const save = useAct('documents.save');
  const retire = useAct('documents.retire');
  const name = policy?.name ?? typedName.trim();
  const taken = !policy && names.includes(name);
  const nameProblem = taken
    ? t('nameTaken', { name })
    : documentName.safeParse(name).success
      ? undefined
      : t('nameProblem');
  const changed = text !== first;
  const keep = async () => {
    const made = await save.run({ kind: 'policy', form: 'iot', name, text });
    if (!made) return;
    draft.saved();
    setSaved(true);
    onChanged();
    if (!policy) goTo(hrefTo.station(`policies/${encodeURIComponent(name)}`));
  };
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('policies')}>{t('back')}</BackLink>
      <div className="page-head">
        <h2 className={policy ? 'mono' : ''}>{policy?.name ?? t('write')}</h2>
        {policy && versions.length < 2 && <span className="hint">{t('version', { version: policy.version })}</span>}
        {policy && versions.length > 1 && (
          <SelectField
            bare
            label={t('versions')}
            value={String(old?.version ?? policy.version)}
            options={versions.map(({ version }) => ({ value: String(version), label: t('version', { version }) }))}
            onPick={(version) =>
              setOld(versions.find((one) => one.version === Number(version) && one.version !== policy.version))
            }
          />
        )}
        <span className="grow" role="status">
          {saved && !changed ? t('saved') : ''}
        </span>
        {engineer && !old && (
          <Button
            kind="primary"
            icon={Save}
            busy={save.busy}
            disabled={!changed || !valid || (!policy && nameProblem !== undefined)}
            onClick={() => void keep()}
          >
            {t('save')}
          </Button>
        )}
        {engineer && policy && (
          <Button
            kind="quiet"
            icon={Archive}
            aria-label={t('retire')}
            title={t('retire')}
            onClick={() => setRetiring(true)}
          />
        )}
      </div>
      <ErrorNotice error={save.error} />
      {old && <p className="hint">{t('oldVersion', { version: old.version })}</p>}
      {policy && targets.length > 0 && (
        <PolicyInAws name={policy.name} text={policy.text} unsaved={changed} {...{ targets, engineer }} />
      )}
      <PolicyDraft
        name={name || 'policy'}
        text={old?.text ?? text}
        onText={engineer && !old ? setText : undefined}
        typed={changed}
        onValid={setValid}
      >
        {!policy && (
          <Field
            label={t('name')}
            value={typedName}
            onValue={setTypedName}
            hint={t('nameHint')}
            problem={nameProblem}
            maxLength={128}
          />
        )}
      </PolicyDraft>
      {policy && (
        <Confirm
          open={retiring}
          title={t('retireTitle', { name: policy.name })}
          meaning={t('retireMeaning')}
          act={t('retire')}
          busy={retire.busy}
          onCancel={() => setRetiring(false)}
          onConfirm={async () => {
            if (!(await retire.run({ kind: 'policy', name: policy.name }))) return;
            setRetiring(false);
            onChanged();
            goTo(hrefTo.station('policies'));
          }}
        >
          <ErrorNotice error={retire.error} />
        </Confirm>
      )}
    </div>
  );
}
