import { useTranslations } from 'use-intl';
import type { KeyFacts } from '../scanreader/keystroke.ts';
import { captureOf } from './learnscanner.ts';

const shown = 60;

/** Each received key: the PC's character for it, its place on the keyboard, and the time since the key before. */
export function KeysCame({ facts, keys }: { facts: readonly KeyFacts[]; keys?: Readonly<Record<string, string>> }) {
  const t = useTranslations('scanner');
  const { strokes } = captureOf(facts);
  return (
    <details className="keys-came" open>
      <summary>{t('came')}</summary>
      {strokes.length === 0 ? (
        <p className="hint">{t('cameEmpty')}</p>
      ) : (
        <ol>
          {strokes.slice(0, shown).map((stroke, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the keys of one scan, in their order
            <li key={index}>
              <kbd>{stroke.key === ' ' ? '␣' : stroke.key}</kbd>
              <span className="mono">{stroke.id}</span>
              <span className="hint">
                {t('ms', { ms: Math.round(stroke.at - (strokes[index - 1]?.at ?? stroke.at)) })}
                {keys?.[stroke.id] === undefined ? '' : ` → ${keys[stroke.id]}`}
              </span>
            </li>
          ))}
        </ol>
      )}
      {strokes.length > shown && <p className="hint">{t('more', { count: strokes.length - shown })}</p>}
    </details>
  );
}
