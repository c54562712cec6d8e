import { CircleCheck, CircleHelp, CircleSlash, CloudUpload, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CheckFinding, StationStatus, PolicyInAws as There } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { saysSame } from '../inaws/sametext.ts';
import { VersionsInAws } from '../inaws/versionsinaws.tsx';
import { useCheckWords } from '../words/checkwords.ts';

type Props = {
  name: string;
  /** The text of the latest version on record. */
  text: string;
  targets: StationStatus['targets'];
  engineer: boolean;
  /** Whether the page shows a text that is not on record. */
  unsaved: boolean;
};

const looks = {
  none: { tone: 'plain', icon: CircleSlash },
  same: { tone: 'good', icon: CircleCheck },
  other: { tone: 'warn', icon: TriangleAlert },
} as const;

/** What a target has under this name, and the act that puts the kept text there. */
export function PolicyInAws({ name, text, targets, engineer, unsaved }: Props) {
  const t = useTranslations('policies.aws');
  const [target, setTarget] = useState(targets[0]?.name ?? '');
  const [asking, setAsking] = useState(false);
  const { data: there, error, reload } = useRead('policies.describe', { name, target });
  const push = useAct('policies.push');
  const [warnings, setWarnings] = useState<readonly CheckFinding[]>([]);
  const wordsOf = useCheckWords();
  const state =
    there === undefined ? undefined : there === null ? 'none' : saysSame(there.document, text) ? 'same' : 'other';
  const pruned = state === 'other' && there ? oldestOf(there) : undefined;
  const put = async () => {
    const done = await push.run({ name, target, prune: pruned !== undefined });
    if (!done) return;
    setWarnings(done.warnings);
    setAsking(false);
    reload();
  };
  return (
    <section className="policy-aws" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      {targets.length > 1 && (
        <SelectField
          bare
          label={t('target')}
          value={target}
          options={targets.map((one) => ({ value: one.name, label: `${one.name} (${one.region})` }))}
          onPick={setTarget}
        />
      )}
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
      {engineer && (
        <Button
          icon={CloudUpload}
          disabled={unsaved || state === undefined || state === 'same'}
          onClick={() => setAsking(true)}
        >
          {t('put')}
        </Button>
      )}
      <ErrorNotice error={error} />
      {warnings.map((warning) => (
        <p key={warning.message} className="hint">
          {wordsOf(warning)}
        </p>
      ))}
      {there && <VersionsInAws kind="policy" {...{ name, target, here: text, there, engineer }} onChanged={reload} />}
      <Confirm
        open={asking}
        title={t('putTitle', { name, target })}
        meaning={t('putMeaning')}
        act={t('put')}
        busy={push.busy}
        onCancel={() => setAsking(false)}
        onConfirm={() => void put()}
      >
        {pruned !== undefined && <p>{t('prune', { version: pruned })}</p>}
        <ErrorNotice error={push.error} />
      </Confirm>
    </section>
  );
}

/** The version that has to go for a sixth one. */
function oldestOf({ versions }: There): string | undefined {
  if (versions.length < 5) return undefined;
  const ids = versions.filter(({ isDefault }) => !isDefault).map(({ versionId }) => versionId);
  return ids.sort((one, other) => Number(one) - Number(other))[0];
}
