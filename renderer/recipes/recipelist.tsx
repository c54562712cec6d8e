import { ClipboardCheck, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RecipeView, StationStatus } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { useBench } from '../stationclient.ts';
import { anyModel } from '../units/unitmodel.ts';
import { NewRecipe } from './newrecipe.tsx';
import { RecipePage } from './recipepage.tsx';
import { RecipePills } from './recipepills.tsx';
import { byName } from './recipeversions.ts';

type Props = { status: StationStatus; engineer: boolean; detail: string };

/** Every recipe with its versions. `detail` is `NAME/VERSION`, with `/edit` or `/copy`. */
export function RecipeList({ status, engineer, detail }: Props) {
  const t = useTranslations('recipes');
  const app = useTranslations('app');
  const mark = useBench()?.recipe;
  const { data, error, reload } = useRead('recipes.list', {}, `${status.seq} ${mark?.hash}`);
  const [name = '', version = '', act = ''] = detail.split('/');
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{app('loading')}</p>;
  if (name === 'new' && version === '' && engineer) {
    return <NewRecipe status={status} recipes={data} onSaved={reload} />;
  }
  const shown = data.find((recipe) => recipe.name === name && String(recipe.version) === version);
  if (shown) {
    const writing = engineer && (act === 'edit' || act === 'copy') ? act : undefined;
    return (
      <RecipePage
        key={`${name} ${version} ${writing}`}
        recipe={shown}
        recipes={data}
        {...{ engineer, writing }}
        onChanged={reload}
      />
    );
  }
  return (
    <div className="stack">
      <div className="page-head">
        <div className="stack tight">
          <h2>{t('title')}</h2>
          <p className="hint">{engineer ? t('hint') : t('hintQa')}</p>
        </div>
        <span className="grow" />
        {engineer && data.length === 0 && (
          <a className="button primary" href={hrefTo.station('recipes/new')}>
            <Plus aria-hidden="true" />
            {t('new')}
          </a>
        )}
      </div>
      {data.length === 0 && <EmptyState icon={ClipboardCheck} title={t('empty')} hint={t('emptyHint')} />}
      {byName(data).map(({ name: title, versions }) => (
        <section key={title} className="recipe-group" aria-label={title}>
          <h3 className="mono">{title}</h3>
          <ul className="profile-list recipe-list">
            {versions.map((recipe) => (
              <Row key={recipe.version} recipe={recipe} current={mark?.hash === recipe.hash} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Row({ recipe, current }: { recipe: RecipeView; current: boolean }) {
  const t = useTranslations('recipes');
  const { name, version, hash, model, driver, profile } = recipe;
  return (
    <li className={recipe.state}>
      <a href={hrefTo.station(`recipes/${name}/${version}`)}>
        <strong>{t('version', { version })}</strong> <code className="hint">{hash}</code>
      </a>
      <span className="recipe-what">
        <span>{t('what', { model: model === anyModel ? t('anyModel') : model, driver, profile })}</span>
        <span className="fine">
          {recipe.approvedAt !== null
            ? t.rich('approvedBy', {
                actor: recipe.approvedBy ?? '',
                time: () => <Timestamp at={recipe.approvedAt ?? ''} shape="day" />,
              })
            : t.rich('madeBy', { actor: recipe.madeBy, time: () => <Timestamp at={recipe.madeAt} shape="day" /> })}
        </span>
      </span>
      <span className="grow" />
      {current && <span className="fine">{t('onBench')}</span>}
      <RecipePills recipe={recipe} />
    </li>
  );
}
