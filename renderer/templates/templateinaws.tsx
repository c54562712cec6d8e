import { CircleCheck, CircleHelp, CircleSlash, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { saysSame } from '../inaws/sametext.ts';
import { VersionsInAws } from '../inaws/versionsinaws.tsx';
import { useStationStatus } from '../stationclient.ts';
import { PushTemplate } from './pushtemplate.tsx';

type Props = {
  name: string;
  /** The text of the version that the page shows. */
  text: string;
  /** The number of this version, if it is not the newest one. */
  older: number | undefined;
  engineer: boolean;
};

const looks = {
  none: { tone: 'plain', icon: CircleSlash },
  same: { tone: 'good', icon: CircleCheck },
  other: { tone: 'warn', icon: TriangleAlert },
} as const;

/** What a target has under this name, and the act that puts this version in place there. */
export function TemplateInAws({ name, text, older, engineer }: Props) {
  const t = useTranslations('templates');
  const targets = useStationStatus()?.targets ?? [];
  const [chosen, setChosen] = useState<string>();
  const target = chosen ?? targets[0]?.name;
  const [changed, setChanged] = useState(0);
  return (
    <section className="policy-aws" aria-label={t('aws.title')}>
      <h3>{t('aws.title')}</h3>
      {targets.length > 1 && (
        <SelectField
          bare
          label={t('target')}
          value={target ?? ''}
          options={targets.map((one) => ({ value: one.name, label: `${one.name} (${one.region})` }))}
          onPick={setChosen}
        />
      )}
      {target !== undefined && (
        <There key={target} {...{ name, text, target, engineer, changed }} onChanged={() => setChanged(changed + 1)} />
      )}
      {engineer && <PushTemplate {...{ name, older, target }} onPushed={() => setChanged(changed + 1)} />}
    </section>
  );
}

type ThereProps = Omit<Props, 'older'> & { target: string; changed: number; onChanged: () => void };

function There({ name, text, target, engineer, changed, onChanged }: ThereProps) {
  const t = useTranslations('templates.aws');
  const { data: there, error } = useRead('templates.describe', { name, target }, changed);
  const state =
    there === undefined ? undefined : there === null ? 'none' : saysSame(there.document, text) ? 'same' : 'other';
  return (
    <>
      <span role="status">
        {state ? (
          <Pill {...looks[state]}>{t(state, { version: there?.defaultVersionId ?? '' })}</Pill>
        ) : (
          !error && (
            <Pill tone="plain" icon={CircleHelp}>
              {t('asking')}
            </Pill>
          )
        )}
      </span>
      <span className="grow" />
      <ErrorNotice error={error} />
      {there && <VersionsInAws kind="template" {...{ name, target, here: text, there, engineer, onChanged }} />}
    </>
  );
}
