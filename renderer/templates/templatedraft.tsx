import { Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { documentName, type TemplateKind, templateKinds } from '../../app/contract/index.ts';
import { address } from '../address.ts';
import { useAct, useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { goTo, hrefTo } from '../route.ts';
import { useDraft } from '../unsaved.ts';
import { TemplateWorkbench } from './templateworkbench.tsx';

type Props = {
  /** The template whose next version is written. Absent for a new one. */
  base?: { name: string; form: TemplateKind; text: string };
  taken: readonly string[];
  onSaved: () => void;
};

type Next = { text: string; form?: TemplateKind; sample?: Record<string, string> };

/** A template that is being written: a new one from a starter or a file, or the next version of one on record. */
export function TemplateDraft({ base, taken, onSaved }: Props) {
  const t = useTranslations('templates');
  const { text, setText, saved } = useDraft(`${address()} template`, base?.text ?? '');
  const [name, setName] = useState(base?.name ?? '');
  const [form, setForm] = useState<TemplateKind>(base?.form ?? 'bulk');
  const [sample, setSample] = useState<Record<string, string>>({});
  const [valid, setValid] = useState(false);
  const [waiting, setWaiting] = useState<Next>();
  const starters = useRead('templates.starters', {});
  const save = useAct('documents.save');
  const chosen = starters.data?.find((starter) => starter.text === text);
  const take = (next: Next) => {
    setText(next.text);
    if (next.form) setForm(next.form);
    setSample(next.sample ?? {});
    setWaiting(undefined);
  };
  const offer = (next: Next) => (text.trim() !== '' && !chosen ? setWaiting(next) : take(next));
  const problem = () => {
    if (!documentName.safeParse(name).success) return t('nameProblem');
    return !base && taken.includes(name) ? t('nameTaken', { name }) : undefined;
  };
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('templates')}>{t('back')}</BackLink>
      <div className="page-head">
        <h2>{base ? t('nextTitle', { name: base.name }) : t('write')}</h2>
        <span className="grow" />
        <Button
          kind="primary"
          icon={Save}
          busy={save.busy}
          disabled={
            !valid || problem() !== undefined || (base !== undefined && text === base.text && form === base.form)
          }
          onClick={async () => {
            const made = await save.run({ kind: 'template', name, form, text });
            if (!made) return;
            saved();
            onSaved();
            goTo(hrefTo.station(`templates/${made.name}/${made.version}`));
          }}
        >
          {t('save')}
        </Button>
      </div>
      <ErrorNotice error={save.error ?? starters.error} />
      <div className="template-begin">
        {!base && (
          <>
            <Field label={t('name')} hint={t('nameHint')} value={name} onValue={setName} problem={problem()} />
            <SelectField
              label={t('start')}
              value={chosen?.name ?? 'none'}
              options={(['none', ...(starters.data ?? []).map((one) => one.name)] as const).map((value) => ({
                value,
                label: t(`starter.${value}`),
              }))}
              onPick={(value) => {
                const starter = starters.data?.find((one) => one.name === value);
                if (starter) offer({ text: starter.text, form: starter.form, sample: starter.parameters });
              }}
            />
          </>
        )}
        <SelectField
          label={t('form')}
          value={form}
          options={templateKinds.map((value) => ({ value, label: t(`forms.${value}`) }))}
          onPick={setForm}
        />
        <FilePick
          label={t('openFile')}
          accept=".json"
          chosen={t('openFileHint')}
          onFiles={([file]) => void file?.text().then((read) => offer({ text: read }))}
        />
      </div>
      <TemplateWorkbench {...{ text, form, sample }} onText={setText} onSample={setSample} onValid={setValid} />
      <Confirm
        open={waiting !== undefined}
        title={t('replaceTitle')}
        meaning={t('replaceMeaning')}
        act={t('replace')}
        onCancel={() => setWaiting(undefined)}
        onConfirm={() => waiting && take(waiting)}
      />
    </div>
  );
}
