import { CircleCheck, CopyPlus, Save, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ListedProfileView } from '../../app/contract/index.ts';
import { address } from '../address.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { goTo, hrefTo } from '../route.ts';
import { useDraft } from '../unsaved.ts';
import { copyOf, nameIn } from './profilecopy.ts';
import { ProfileWorkbench } from './profileworkbench.tsx';

type Props = {
  profile: ListedProfileView;
  engineer: boolean;
  /** Whether a copy of it is being written. */
  copying: boolean;
  names: readonly string[];
  onChanged: () => void;
};

/** One profile: its text, its result, and the acts on it. */
export function ProfilePage({ profile, engineer, copying, names, onChanged }: Props) {
  const t = useTranslations('profiles');
  const first = copying ? copyOf(profile.text, names) : profile.text;
  const draft = useDraft(`${address()} profile`, first);
  const { text, setText } = draft;
  const [valid, setValid] = useState(false);
  const [saved, setSaved] = useState(false);
  const [asking, setAsking] = useState<'use' | 'remove'>();
  const save = useAct('profiles.save');
  const use = useAct('profiles.use');
  const remove = useAct('profiles.remove');
  const editable = engineer && (copying || profile.from === 'file');
  const changed = copying || text !== profile.text;
  const { name } = profile;
  const typedName = nameIn(text);
  const taken = typedName !== undefined && names.includes(typedName) && (copying || typedName !== name);
  const found = taken ? [{ path: 'name', message: t('nameTaken', { name: typedName }) }] : [];
  const close = () => setAsking(undefined);
  const after = () => {
    close();
    onChanged();
  };
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('profiles')}>{t('back')}</BackLink>
      <div className="page-head">
        <h2 className="mono">{copying ? t('copyOf', { name }) : name}</h2>
        {!copying && <span className="hint">{t(`from.${profile.from}`)}</span>}
        {!copying && profile.inUse && (
          <Pill tone="act" icon={CircleCheck}>
            {t('inUse')}
          </Pill>
        )}
        <span className="grow" role="status">
          {saved && !changed ? t('saved') : ''}
        </span>
        {editable && (
          <Button
            kind="primary"
            icon={Save}
            busy={save.busy}
            disabled={!changed || !valid}
            onClick={async () => {
              const made = await save.run({ text });
              if (!made) return;
              draft.saved();
              setSaved(true);
              onChanged();
              if (made.name !== name) goTo(hrefTo.station(`profiles/${made.name}`));
            }}
          >
            {t('save')}
          </Button>
        )}
        {engineer && !copying && !profile.inUse && (
          <Button disabled={profile.problems.length > 0 || changed} onClick={() => setAsking('use')}>
            {t('use')}
          </Button>
        )}
        {engineer && !copying && (
          <a className="button" href={hrefTo.station(`profiles/${name}/copy`)}>
            <CopyPlus aria-hidden="true" />
            {t('copy')}
          </a>
        )}
        {engineer && !copying && profile.from === 'file' && !profile.inUse && (
          <Button
            kind="quiet"
            icon={Trash2}
            aria-label={t('remove')}
            title={t('remove')}
            onClick={() => setAsking('remove')}
          />
        )}
      </div>
      <ErrorNotice error={save.error} />
      <ProfileWorkbench
        text={text}
        onText={setText}
        readOnly={!editable}
        isOwn={profile.from === 'file' || copying}
        found={editable ? found : []}
        onValid={setValid}
      />
      <Confirm
        open={asking === 'use'}
        kind="primary"
        title={t('useTitle', { name })}
        meaning={t('useMeaning')}
        act={t('use')}
        busy={use.busy}
        onCancel={close}
        onConfirm={async () => {
          if (await use.run({ name })) after();
        }}
      >
        <ErrorNotice error={use.error} />
      </Confirm>
      <Confirm
        open={asking === 'remove'}
        title={t('removeTitle', { name })}
        meaning={t('removeMeaning')}
        act={t('remove')}
        busy={remove.busy}
        onCancel={close}
        onConfirm={async () => {
          if (!(await remove.run({ name }))) return;
          after();
          goTo(hrefTo.station('profiles'));
        }}
      >
        <ErrorNotice error={remove.error} />
      </Confirm>
    </div>
  );
}
