import { useTranslations } from 'use-intl';
import type { RecipeView, StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { BackToRecipes } from './backtorecipes.tsx';
import { RecipeDraft } from './recipedraft.tsx';
import { firstText } from './recipeversions.ts';

type Props = { status: StationStatus; recipes: readonly RecipeView[]; onSaved: () => void };

/** The first recipe of a station. It begins with the standard recipe. */
export function NewRecipe({ status, recipes, onSaved }: Props) {
  const t = useTranslations('recipes');
  const app = useTranslations('app');
  const profiles = useRead('profiles.list', {});
  const profile = profiles.data?.find(({ inUse }) => inUse)?.name ?? profiles.data?.[0]?.name ?? '';
  return (
    <div className="stack">
      <BackToRecipes />
      {!profiles.data &&
        (profiles.error ? <ErrorNotice error={profiles.error} /> : <p className="hint">{app('loading')}</p>)}
      {profiles.data && (
        <RecipeDraft
          title={t('new')}
          first={firstText(status, profile)}
          taken={recipes.map(({ name }) => name)}
          onSaved={onSaved}
        />
      )}
    </div>
  );
}
