import { useEffect, useState } from 'react';
import { type Params, type Result, StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';

type Answer = { of: string; result?: Result<'templates.preview'>; error?: StationError };

/** Long enough that not every key asks the station, short enough to feel instant. */
const pauseMs = 250;

/** The station's answer about a template, once typing pauses. `fresh` means that it is about the present one. */
export function useTemplatePreview(params: Params<'templates.preview'>): Omit<Answer, 'of'> & { fresh: boolean } {
  const [answer, setAnswer] = useState<Answer>();
  const question = JSON.stringify(params);
  useEffect(() => {
    let current = true;
    const ask = async () => {
      try {
        const result = await station.call('templates.preview', JSON.parse(question) as Params<'templates.preview'>);
        if (current) setAnswer({ of: question, result });
      } catch (cause) {
        const error = cause instanceof StationError ? cause : new StationError('internal', String(cause));
        if (current) setAnswer({ of: question, error });
      }
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [question]);
  const { of, ...said } = answer ?? { of: '' };
  return { ...said, fresh: of === question };
}
