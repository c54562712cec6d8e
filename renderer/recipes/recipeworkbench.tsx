import { useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { CodeEditor } from '../jsontext/codeeditor.tsx';
import { jsonPathOf } from '../jsontext/jsonpath.ts';
import { jsonPlacesOf, lineOf } from '../jsontext/jsonplaces.ts';
import { type Mistake, MistakeList } from '../jsontext/mistakelist.tsx';
import { useFindingsInWords } from '../words/checkwords.ts';
import { AwsCheck } from './awscheck.tsx';
import { RecipeSummary } from './recipesummary.tsx';
import { useRecipeCheck } from './userecipecheck.ts';
import { WayForm } from './wayform.tsx';

type Props = {
  text: string;
  onText?: (text: string) => void;
  readOnly: boolean;
  /** Mistakes that this page knows without asking the station. */
  known: readonly Mistake[];
  /** Tells whether this very text may be kept. */
  onValid?: (valid: boolean) => void;
};

/** The text at the left, and at the right its mistakes with their lines and its effect in words. */
export function RecipeWorkbench({ text, onText, readOnly, known, onValid }: Props) {
  const t = useTranslations('recipes');
  const lines = useTranslations('profiles');
  const [jump, setJump] = useState<{ line: number; at: number }>();
  const { problems, warnings = [], error, fresh } = useRecipeCheck(text, !readOnly);
  const places = useMemo(() => jsonPlacesOf(text), [text]);
  const inWords = useFindingsInWords();
  const mistakes = [...known, ...inWords(problems ?? [])].map((problem) => ({
    ...problem,
    severity: 'problem' as const,
    line: lineOf(places, jsonPathOf(problem.path)),
  }));
  const valid = fresh && problems?.length === 0 && known.length === 0;
  useEffect(() => onValid?.(valid), [valid, onValid]);
  const toLine = (line: number) => setJump({ line, at: (jump?.at ?? 0) + 1 });
  return (
    <div className="workbench">
      <div className="stack tight">
        <CodeEditor
          label={t('text')}
          value={text}
          onChange={readOnly ? undefined : onText}
          findings={mistakes}
          jump={jump}
        />
        <p className="hint">{readOnly ? t('readOnly') : t('tabLeaves')}</p>
      </div>
      <section className="workbench-side" aria-label={t('effect')} aria-busy={!readOnly && !fresh}>
        <ErrorNotice error={error} />
        {mistakes.length > 0 && <MistakeList mistakes={mistakes} onLine={toLine} />}
        {!readOnly && valid && <p className="hint">{t('noMistakes')}</p>}
        {!readOnly &&
          inWords(warnings).map(({ path, message, line = 1 }) => (
            <p key={path + message} className="hint">
              <button type="button" className="to-line" onClick={() => toLine(line)}>
                {lines('line', { line })}
              </button>{' '}
              {message}
            </p>
          ))}
        {!readOnly && onText && <WayForm text={text} onText={onText} />}
        {(readOnly || valid) && <AwsCheck text={text} onLine={toLine} />}
        <RecipeSummary text={text} />
      </section>
    </div>
  );
}
