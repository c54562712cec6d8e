import { Cloud } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type RecipeInAws, StationError } from '../../app/contract/index.ts';
import { targetsOf } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { station } from '../stationclient.ts';
import { useCheckWords, useFindingsInWords } from '../words/checkwords.ts';
import { recipeIn } from './recipeway.ts';

type Answer = { target: string; report?: RecipeInAws; error?: StationError };

/** Asks each account of the recipe, one after the other, whether it has all that the way needs. */
export function AwsCheck({ text, onLine }: { text: string; onLine: (line: number) => void }) {
  const t = useTranslations('ways.inAws');
  const [asking, setAsking] = useState<string>();
  const [said, setSaid] = useState<{ of: string; answers: Answer[] }>();
  const stop = useRef(false);
  const recipe = recipeIn(text);
  const targets = recipe ? [...new Set(targetsOf(recipe).map(({ name }) => name))] : [];
  if (targets.length === 0) return null;
  const answers = said?.of === text ? said.answers : [];
  const ask = async () => {
    stop.current = false;
    const found: Answer[] = [];
    for (const [at, target] of targets.entries()) {
      if (stop.current) break;
      setAsking(t('asking', { target, number: at + 1, count: targets.length }));
      found.push(await answerOf(text, target));
      setSaid({ of: text, answers: [...found] });
    }
    setAsking(undefined);
  };
  return (
    <section className="stack tight" aria-label={t('title')}>
      <div className="row">
        <Button icon={Cloud} busy={asking !== undefined} onClick={() => void ask()}>
          {t('act')}
        </Button>
        {asking !== undefined && targets.length > 1 && (
          <Button
            onClick={() => {
              stop.current = true;
            }}
          >
            {t('stop')}
          </Button>
        )}
        <span className="hint" role="status">
          {asking ?? t('hint')}
        </span>
      </div>
      {answers.map(({ target, report, error }) => (
        <article key={target} className="stack tight" aria-label={target}>
          <p className="lead">
            {report ? t('result', { target, count: report.problems.length }) : t('noAnswer', { target })}
          </p>
          <ErrorNotice error={error} />
          {report && <Findings report={report} onLine={onLine} />}
        </article>
      ))}
    </section>
  );
}

function Findings({ report, onLine }: { report: RecipeInAws; onLine: (line: number) => void }) {
  const t = useTranslations('ways.inAws');
  const profiles = useTranslations('profiles');
  const inWords = useFindingsInWords();
  const wordsOf = useCheckWords();
  const rows = [
    ...inWords(report.problems).map((one) => ({ ...one, kind: 'problem' as const })),
    ...inWords(report.warnings).map((one) => ({ ...one, kind: 'warning' as const })),
  ];
  return (
    <ul className="plain">
      {rows.map(({ kind, path, message, remedy, line }) => (
        <li key={path + message} className={`aws-finding ${kind}`}>
          <p>
            <strong>{t(kind)}</strong> {message}
          </p>
          <p className="fine">
            {t('next', { remedy: wordsOf(remedy) })}
            {line !== undefined && (
              <button type="button" className="to-line" onClick={() => onLine(line)}>
                {profiles('line', { line })}
              </button>
            )}
          </p>
        </li>
      ))}
      {inWords(report.found).map(({ message }) => (
        <li key={message} className="fine">
          ✓ {message}
        </li>
      ))}
    </ul>
  );
}

async function answerOf(text: string, target: string): Promise<Answer> {
  try {
    return { target, report: await station.call('recipes.checkInAws', { text, target }) };
  } catch (cause) {
    return { target, error: cause instanceof StationError ? cause : new StationError('internal', String(cause)) };
  }
}
