import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, RecipeMark } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { RecipeSummary } from '../recipes/recipesummary.tsx';

/** The recipe of the bench, small at the edge. Pressing it shows the recipe, read-only. */
export function RecipeTag({ bench, signedIn }: { bench: BenchSnapshot; signedIn: boolean }) {
  const t = useTranslations('recipes');
  const [open, setOpen] = useState(false);
  const { recipe } = bench;
  if (!recipe) return null;
  const words = (
    <>
      <span className="shift-label">{t('recipe')}</span>
      <span className="shift-recipe-name">
        {recipe.version === 0 ? t('standard') : t('nameVersion', recipe)} <code>{recipe.hash}</code>
      </span>
    </>
  );
  if (!signedIn) return <p className="shift-recipe">{words}</p>;
  return (
    <>
      <button type="button" className="shift-recipe" onClick={() => setOpen(true)}>
        {words}
      </button>
      <Modal
        open={open}
        onClose={() => setOpen(false)}
        title={recipe.version === 0 ? t('standard') : t('nameVersion', recipe)}
        size="large"
      >
        <Shown mark={recipe} golden={bench.golden} />
      </Modal>
    </>
  );
}

function Shown({ mark, golden }: { mark: RecipeMark; golden: BenchSnapshot['golden'] }) {
  const t = useTranslations();
  const { data, error } = useRead('recipes.list', {}, mark.hash);
  const view = data?.find(({ name, version }) => name === mark.name && version === mark.version);
  if (mark.version === 0) return <p className="lead">{t('recipes.standardMeaning')}</p>;
  return (
    <div className="stack">
      <ErrorNotice error={error} />
      {!data && !error && <p className="hint">{t('app.loading')}</p>}
      {view && <RecipeSummary text={view.text} />}
      {golden && (
        <p className="hint">
          {golden.passedAt === null
            ? t('now.goldenNever')
            : t.rich('now.goldenLast', { time: () => <Timestamp at={golden.passedAt ?? ''} /> })}
        </p>
      )}
      {view?.approvedBy && view.approvedAt && (
        <p className="hint">
          {t.rich('recipes.approvedBy', {
            actor: view.approvedBy,
            time: () => <Timestamp at={view.approvedAt ?? ''} />,
          })}{' '}
          <span className="code">{t('recipes.hash', { hash: view.hash })}</span>
        </p>
      )}
    </div>
  );
}
