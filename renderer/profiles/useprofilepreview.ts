import { useEffect, useState } from 'react';
import { type Result, StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';
import { type Sample, sampleFits } from './samplefields.tsx';

type Answer = { of: string; result?: Result<'profiles.preview'>; error?: StationError };

/** Long enough that not every key asks the station, short enough to feel instant. */
const pauseMs = 250;

/** The station's answer about a profile's text, once typing pauses. `fresh` means that it is about the present text. */
export function useProfilePreview(text: string, sample: Sample): Omit<Answer, 'of'> & { fresh: boolean } {
  const [answer, setAnswer] = useState<Answer>();
  const { keyType, ...unit } = sample;
  const question = JSON.stringify({ text, unit, keyType });
  const ready = text.trim().length >= 2 && sampleFits(sample);
  useEffect(() => {
    if (!ready) return;
    let current = true;
    const ask = async () => {
      try {
        const result = await station.call('profiles.preview', JSON.parse(question));
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
  }, [question, ready]);
  const { of, ...said } = answer ?? { of: '' };
  return { ...said, fresh: ready && of === question };
}
