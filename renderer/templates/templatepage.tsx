import { Pencil, PowerOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DocumentView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { TemplateInAws } from './templateinaws.tsx';
import { formOf } from './templateversions.ts';
import { TemplateWorkbench } from './templateworkbench.tsx';

type Props = {
  shown: DocumentView & { text: string };
  /** Every version of its name, the newest first. */
  versions: readonly DocumentView[];
  engineer: boolean;
  onChanged: () => void;
};

/** One version of a template: its text, its effect, the other versions, and the acts on it. */
export function TemplatePage({ shown, versions, engineer, onChanged }: Props) {
  const t = useTranslations('templates');
  const [asking, setAsking] = useState(false);
  const [sample, setSample] = useState<Record<string, string>>({});
  const retire = useAct('documents.retire');
  const { name, version, text, madeBy, madeAt, hash } = shown;
  const retired = versions[0]?.text === null;
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('templates')}>{t('back')}</BackLink>
      <div className="page-head">
        <h2 className="mono">{t('nameVersion', { name, version })}</h2>
        {retired && <span className="pill">{t('retired')}</span>}
        <span className="grow" />
        <SaveButton file={{ what: 'text', name: `${name}.json`, content: text }}>{t('saveFile')}</SaveButton>
        {engineer && (
          <a className="button" href={hrefTo.station(`templates/${name}/${version}/edit`)}>
            <Pencil aria-hidden="true" />
            {t('edit')}
          </a>
        )}
        {engineer && !retired && (
          <Button kind="danger" icon={PowerOff} onClick={() => setAsking(true)}>
            {t('retire')}
          </Button>
        )}
      </div>
      <p className="hint">
        {t(`forms.${formOf(shown)}`)} · {t.rich('madeBy', { name: madeBy, when: () => <Timestamp at={madeAt} /> })} ·{' '}
        <span className="code">{hash}</span>
      </p>
      {versions.length > 1 && (
        <nav className="row" aria-label={t('versionsOf', { name })}>
          {versions
            .filter((one) => one.text !== null)
            .map((one) => (
              <a
                key={one.version}
                href={hrefTo.station(`templates/${name}/${one.version}`)}
                aria-current={one.version === version ? 'page' : undefined}
              >
                {t('version', { version: one.version })}
              </a>
            ))}
        </nav>
      )}
      {!retired && shown.form !== 'bulk' && (
        <TemplateInAws
          key={version}
          {...{ name, text, engineer }}
          older={version === versions[0]?.version ? undefined : version}
        />
      )}
      <TemplateWorkbench text={text} form={formOf(shown)} sample={sample} onSample={setSample} />
      <Confirm
        open={asking}
        title={t('retireTitle', { name })}
        meaning={t('retireMeaning')}
        act={t('retire')}
        busy={retire.busy}
        onCancel={() => setAsking(false)}
        onConfirm={async () => {
          if (!(await retire.run({ kind: 'template', name }))) return;
          setAsking(false);
          onChanged();
        }}
      >
        <ErrorNotice error={retire.error} />
      </Confirm>
    </div>
  );
}
