import { useEffect, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useAnswer } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { jsonPathOf } from '../jsontext/jsonpath.ts';
import { jsonPlacesOf, lineOf } from '../jsontext/jsonplaces.ts';
import { type Mistake, MistakeList } from '../jsontext/mistakelist.tsx';
import { Workbench } from '../jsontext/workbench.tsx';
import { useFindingsInWords } from '../words/checkwords.ts';
import { AwsCheck } from './awscheck.tsx';
import { RecipeSummary } from './recipesummary.tsx';
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
  const isQuestion = !readOnly && text.length >= 2;
  const { result, error, fresh } = useAnswer('recipes.check', isQuestion ? { text } : undefined);
  const { problems, warnings = [] } = result ?? {};
  const places = useMemo(() => jsonPlacesOf(text), [text]);
  const inWords = useFindingsInWords();
  const mistakes = [...known, ...inWords(problems ?? [])].map((problem) => ({
    ...problem,
    severity: 'problem' as const,
    line: lineOf(places, jsonPathOf(problem.path)),
  }));
  const valid = fresh && problems?.length === 0 && known.length === 0;
  useEffect(() => onValid?.(valid), [valid, onValid]);
  return (
    <Workbench
      label={t('text')}
      text={text}
      onText={readOnly ? undefined : onText}
      findings={mistakes}
      hint={readOnly ? t('readOnly') : t('tabLeaves')}
      sideLabel={t('effect')}
      stale={!readOnly && !fresh}
      side={(toPlace) => {
        const toLine = (line: number) => toPlace({ line });
        return (
          <>
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
          </>
        );
      }}
    />
  );
}
