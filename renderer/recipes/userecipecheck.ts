import { useEffect, useState } from 'react';
import { type Result, StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';

type Answer = { of: string; problems?: Result<'recipes.check'>['problems']; error?: StationError };

/** Long enough that typing is not a question for every key, short enough to feel at once. */
const pauseMs = 250;

/** What the station says of a recipe's text, once typing rests. `fresh`: it is about this very text. */
export function useRecipeCheck(text: string, asking: boolean): Omit<Answer, 'of'> & { fresh: boolean } {
  const [answer, setAnswer] = useState<Answer>();
  const ready = asking && text.length >= 2;
  useEffect(() => {
    if (!ready) return;
    let current = true;
    const ask = async () => {
      try {
        const { problems } = await station.call('recipes.check', { text });
        if (current) setAnswer({ of: text, problems });
      } catch (cause) {
        const error = cause instanceof StationError ? cause : new StationError('internal', String(cause));
        if (current) setAnswer({ of: text, error });
      }
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, ready]);
  const { of, ...said } = answer ?? { of: '' };
  return { ...said, fresh: ready && of === text };
}
