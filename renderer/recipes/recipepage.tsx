import { CircleCheck, CopyPlus, Pencil, PowerOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RecipeView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { copyOf } from '../profiles/profilecopy.ts';
import { hrefTo } from '../route.ts';
import { useFindingsInWords } from '../words/checkwords.ts';
import { BackToRecipes } from './backtorecipes.tsx';
import { RecipeChanges } from './recipechanges.tsx';
import { RecipeDraft } from './recipedraft.tsx';
import { RecipePills } from './recipepills.tsx';
import { inUse } from './recipeversions.ts';
import { RecipeWorkbench } from './recipeworkbench.tsx';

type Props = {
  recipe: RecipeView;
  recipes: readonly RecipeView[];
  engineer: boolean;
  /** `edit` means that another version is being written, `copy` a new recipe. */
  writing: 'edit' | 'copy' | undefined;
  onChanged: () => void;
};

/** One version of a recipe: its text, its effect, and the acts on it. */
export function RecipePage({ recipe, recipes, engineer, writing, onChanged }: Props) {
  const t = useTranslations('recipes');
  const { name, version, text } = recipe;
  const here = `recipes/${name}/${version}`;
  if (writing === undefined) {
    const used = inUse(recipes.filter((one) => one.name === name));
    return (
      <div className="stack">
        <BackToRecipes />
        <Version recipe={recipe} used={used} engineer={engineer} onChanged={onChanged} />
      </div>
    );
  }
  const names = recipes.map((one) => one.name);
  return (
    <div className="stack">
      <BackToRecipes to={here} />
      {writing === 'edit' ? (
        <RecipeDraft title={t('editTitle', { name })} first={text} taken={[]} name={name} onSaved={onChanged} />
      ) : (
        <RecipeDraft title={t('copyOf', { name })} first={copyOf(text, names)} taken={names} onSaved={onChanged} />
      )}
    </div>
  );
}

type VersionProps = { recipe: RecipeView; used: RecipeView | undefined; engineer: boolean; onChanged: () => void };

function Version({ recipe, used, engineer, onChanged }: VersionProps) {
  const t = useTranslations('recipes');
  const [asking, setAsking] = useState<'approve' | 'retire'>();
  const approve = useAct('recipes.approve');
  const retire = useAct('recipes.retire');
  const { name, version, state, hash, problems, fromPlant } = recipe;
  const mayChange = engineer && !fromPlant;
  const inWords = useFindingsInWords();
  const here = `recipes/${name}/${version}`;
  const close = () => setAsking(undefined);
  const after = () => {
    close();
    onChanged();
  };
  const again = state === 'approved';
  return (
    <>
      <div className="page-head">
        <h2 className="mono">{t('nameVersion', { name, version })}</h2>
        <RecipePills recipe={recipe} />
        <span className="grow" />
        {mayChange && (!again || problems.length > 0) && (
          <Button kind="primary" icon={CircleCheck} onClick={() => setAsking('approve')}>
            {again ? t('approveAgain') : t('approve')}
          </Button>
        )}
        {engineer && (
          <>
            {mayChange && (
              <a className="button" href={hrefTo.station(`${here}/edit`)}>
                <Pencil aria-hidden="true" />
                {t('edit')}
              </a>
            )}
            <a className="button" href={hrefTo.station(`${here}/copy`)}>
              <CopyPlus aria-hidden="true" />
              {t('copy')}
            </a>
          </>
        )}
        {mayChange && state === 'approved' && (
          <Button kind="danger" icon={PowerOff} onClick={() => setAsking('retire')}>
            {t('retire')}
          </Button>
        )}
      </div>
      <p className="hint">
        {t.rich('madeBy', { actor: recipe.madeBy, time: () => <Timestamp at={recipe.madeAt} /> })}
        {recipe.approvedAt !== null && (
          <>
            {' · '}
            {t.rich('approvedBy', {
              actor: recipe.approvedBy ?? '',
              time: () => <Timestamp at={recipe.approvedAt ?? ''} />,
            })}
          </>
        )}{' '}
        · <span className="code">{t('hash', { hash })}</span>
      </p>
      {fromPlant && <p className="hint">{t('fromPlant')}</p>}
      <RecipeWorkbench text={recipe.text} readOnly known={inWords(problems)} />
      <Confirm
        open={asking === 'approve'}
        kind="primary"
        title={t('approveTitle', { name, version })}
        meaning={used ? t('approveMeaning', { version: used.version }) : t('approveFirst')}
        act={t('approve')}
        busy={approve.busy}
        onCancel={close}
        onConfirm={async () => {
          if (await approve.run({ name, version })) after();
        }}
      >
        {used && <RecipeChanges before={used.text} after={recipe.text} />}
        <ErrorNotice error={approve.error} />
      </Confirm>
      <Confirm
        open={asking === 'retire'}
        title={t('retireTitle', { name })}
        meaning={t('retireMeaning')}
        act={t('retire')}
        busy={retire.busy}
        onCancel={close}
        onConfirm={async () => {
          if (await retire.run({ name })) after();
        }}
      >
        <ErrorNotice error={retire.error} />
      </Confirm>
    </>
  );
}
