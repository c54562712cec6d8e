import { useTranslations } from 'use-intl';
import { diffOf, hunksOf, isChanged } from './textdiff.ts';

const signs = { same: ' ', gone: '−', new: '+' } as const;

/** The changes of a version, line by line, shown by signs and words and not only by colour. */
export function RecipeChanges({ before, after }: { before: string; after: string }) {
  const t = useTranslations('recipes.diff');
  const lines = diffOf(before, after);
  if (!isChanged(lines)) return <p className="hint">{t('none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
    <section className="diff" aria-label={t('label')} tabIndex={0}>
      <ol>
        {hunksOf(lines).map((line, index) =>
          line.kind === 'skipped' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <li key={index} className="skipped">
              {t('skipped', { count: line.count })}
            </li>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={index} className={line.kind}>
              <span className="diff-sign" aria-hidden="true">
                {signs[line.kind]}
              </span>
              {line.kind !== 'same' && <span className="unseen">{t(line.kind)} </span>}
              <code>{line.text}</code>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}
