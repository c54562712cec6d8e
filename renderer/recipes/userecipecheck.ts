import { useEffect, useState } from 'react';
import { type Result, StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';

type Answer = { of: string; error?: StationError } & Partial<Result<'recipes.check'>>;

/** Long enough that not every key asks the station, short enough to feel instant. */
const pauseMs = 250;

/** The station's answer about a recipe's text, once typing pauses. `fresh` means that it is about the present text. */
export function useRecipeCheck(text: string, asking: boolean): Omit<Answer, 'of'> & { fresh: boolean } {
  const [answer, setAnswer] = useState<Answer>();
  const ready = asking && text.length >= 2;
  useEffect(() => {
    if (!ready) return;
    let current = true;
    const ask = async () => {
      try {
        const found = await station.call('recipes.check', { text });
        if (current) setAnswer({ of: text, ...found });
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
