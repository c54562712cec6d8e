import { useEffect, useState } from 'react';
import { type PolicyOutcome, type PolicyRequest, type Result, StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';

/** A request of the table, with the id of its row. */
export type Asked = { id: number; request: PolicyRequest };
type Answer = { of: string; asked: readonly Asked[]; result?: Result<'policies.check'>; error?: StationError };

/** Long enough that not every key asks the station, short enough to feel instant. */
const pauseMs = 250;

/**
 * The station's answer about a text and requests, once typing pauses. `fresh` means that it is about the present ones.
 * `outcomes` are by row; there are none while the text is no policy. An empty text is no question.
 */
export function usePolicyCheck(text: string, asked: readonly Asked[]) {
  const [answer, setAnswer] = useState<Answer>();
  const question = JSON.stringify({ text, asked });
  const empty = text.trim() === '';
  useEffect(() => {
    if (empty) return;
    let current = true;
    const params = JSON.parse(question) as { text: string; asked: Asked[] };
    const ask = async () => {
      const about = { of: question, asked: params.asked };
      try {
        const requests = params.asked.map(({ request }) => request);
        const result = await station.call('policies.check', { text: params.text, requests });
        if (current) setAnswer({ ...about, result });
      } catch (cause) {
        const error = cause instanceof StationError ? cause : new StationError('internal', String(cause));
        if (current) setAnswer({ ...about, error });
      }
    };
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [question, empty]);
  const { result, error } = (!empty && answer) || {};
  const outcomes = new Map<number, PolicyOutcome>(
    (result?.outcomes ?? []).flatMap((outcome, index) => {
      const id = answer?.asked[index]?.id;
      return id === undefined ? [] : [[id, outcome] as const];
    }),
  );
  return { report: result?.report, outcomes, error, fresh: empty || answer?.of === question };
}
