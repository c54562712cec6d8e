import { Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { VersionsInAws as There } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { RecipeChanges } from '../recipes/recipechanges.tsx';
import { inLines, saysSame } from './sametext.ts';

type Kind = 'policy' | 'template';
type Props = {
  kind: Kind;
  name: string;
  target: string;
  /** The text that the station keeps, of the version that the page shows. */
  here: string;
  there: There;
  engineer: boolean;
  onChanged: () => void;
};

const calls = {
  policy: { text: 'policies.versionText', setDefault: 'policies.setDefault', remove: 'policies.removeVersion' },
  template: {
    text: 'templates.versionText',
    setDefault: 'templates.setDefaultInAws',
    remove: 'templates.removeVersion',
  },
} as const;

/** AWS IoT Core quotas: versions of a policy, and of a provisioning template. */
const mostVersions = 5;

/** What differs between here and AWS, and the versions that AWS has with the acts on them. */
export function VersionsInAws({ kind, name, target, here, there, engineer, onChanged }: Props) {
  const t = useTranslations('inAws');
  const [asked, setAsked] = useState<{ act: 'setDefault' | 'remove'; versionId: string }>();
  const setDefault = useAct(calls[kind].setDefault);
  const remove = useAct(calls[kind].remove);
  const { document, versions, defaultVersionId } = there;
  const act = asked?.act === 'remove' ? remove : setDefault;
  const close = () => {
    setAsked(undefined);
    setDefault.clear();
    remove.clear();
  };
  const run = async () => {
    if (!asked || !(await act.run({ name, target, versionId: asked.versionId }))) return;
    close();
    onChanged();
  };
  const newestFirst = versions.toSorted((one, other) => Number(other.versionId) - Number(one.versionId));
  return (
    <>
      {!saysSame(document, here) && (
        <details className="in-aws-part">
          <summary>{t('difference', { version: defaultVersionId })}</summary>
          <RecipeChanges before={inLines(document)} after={inLines(here)} />
          <p className="hint">{t('differenceHint')}</p>
        </details>
      )}
      <details className="in-aws-part">
        <summary>{t('versions', { count: versions.length, most: mostVersions })}</summary>
        {versions.length >= mostVersions && <p className="hint">{t('full', { most: mostVersions })}</p>}
        <ul className="in-aws-versions" aria-label={t('versionsOf', { name, target })}>
          {newestFirst.map(({ versionId, isDefault, madeAt }) => (
            <li key={versionId}>
              <strong>{t('version', { version: versionId })}</strong>
              <span className="hint">{madeAt === null ? t('notDated') : <Timestamp at={madeAt} />}</span>
              {isDefault && (
                <Pill tone="good" icon={Star}>
                  {t('default')}
                </Pill>
              )}
              <span className="grow" />
              {engineer && !isDefault && (
                <>
                  <Button
                    aria-label={`${t('makeDefault')} ${versionId}`}
                    onClick={() => setAsked({ act: 'setDefault', versionId })}
                  >
                    {t('makeDefault')}
                  </Button>
                  <Button
                    kind="quiet"
                    icon={Trash2}
                    aria-label={`${t('remove')} ${versionId}`}
                    title={t('remove')}
                    onClick={() => setAsked({ act: 'remove', versionId })}
                  />
                </>
              )}
            </li>
          ))}
        </ul>
      </details>
      {asked && (
        <Confirm
          open
          title={t(`${asked.act}Title`, { name, target, version: asked.versionId })}
          meaning={t(asked.act === 'remove' ? 'removeMeaning' : `${kind}Meaning`)}
          act={t(asked.act === 'remove' ? 'remove' : 'makeDefault')}
          busy={act.busy}
          onCancel={close}
          onConfirm={() => void run()}
        >
          <ChangeTo {...{ kind, name, target, versionId: asked.versionId, document, defaultVersionId }} />
          <ErrorNotice error={act.error} />
        </Confirm>
      )}
    </>
  );
}

type ChangeProps = Pick<Props, 'kind' | 'name' | 'target'> &
  Pick<There, 'document' | 'defaultVersionId'> & { versionId: string };

/** How a version differs from the default one: what its deletion loses, and what it would change as the default. */
function ChangeTo({ kind, name, target, versionId, document, defaultVersionId }: ChangeProps) {
  const t = useTranslations('inAws');
  const { data, error } = useRead(calls[kind].text, { name, target, versionId });
  return (
    <>
      <p>{t('against', { version: versionId, default: defaultVersionId })}</p>
      {data && <RecipeChanges before={inLines(document)} after={inLines(data.text)} />}
      {!data && !error && <p className="hint">{t('asking')}</p>}
      <ErrorNotice error={error} />
    </>
  );
}
