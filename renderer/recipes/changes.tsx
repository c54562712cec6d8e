import { useTranslations } from 'use-intl';
import { diffOf, isChanged } from './diff.ts';

const signs = { same: ' ', gone: '−', new: '+' } as const;

/** What a version changes, line by line: by sign and words, not by colour alone. */
export function Changes({ before, after }: { before: string; after: string }) {
  const t = useTranslations('recipes.diff');
  const lines = diffOf(before, after);
  if (!isChanged(lines)) return <p className="hint">{t('none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
    <section className="diff" aria-label={t('label')} tabIndex={0}>
      <ol>
        {lines.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <li key={index} className={kind}>
            <span className="diff-sign" aria-hidden="true">
              {signs[kind]}
            </span>
            {kind !== 'same' && <span className="unseen">{t(kind)} </span>}
            <code>{text}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
