import { useCallback, useEffect, useRef, useState } from 'react';
import { type MethodName, type Params, type Result, StationError } from '../app/contract/index.ts';
import { station, useReturns } from './stationclient.ts';

const asStationError = (cause: unknown): StationError =>
  cause instanceof StationError ? cause : new StationError('internal', String(cause), { cause });

/** A call that a press makes. If the station refuses, `run` resolves to undefined and `error` has the refusal. */
export function useAct<M extends MethodName>(method: M) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<StationError>();
  const run = useCallback(
    async (params: Params<M>, onRefused?: (refusal: StationError) => void): Promise<Result<M> | undefined> => {
      setBusy(true);
      setError(undefined);
      try {
        return await station.call(method, params);
      } catch (cause) {
        const refusal = asStationError(cause);
        setError(refusal);
        onRefused?.(refusal);
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [method],
  );
  const clear = useCallback(() => setError(undefined), []);
  return { run, busy, error, clear };
}

/**
 * Tells of answers to the same question whether they are news: an answer that comes after a later one is not. `begin` is
 * called with each question; what it returns is called with the answer.
 */
export function useNews() {
  const last = useRef({ begun: 0, shown: 0, about: '' });
  return useCallback((about: string): (() => boolean) => {
    const now = last.current;
    now.begun += 1;
    now.about = about;
    const mine = now.begun;
    return () => {
      if (now.about !== about || mine < now.shown) return false;
      now.shown = mine;
      return true;
    };
  }, []);
}

/**
 * Reads something, and reads again when the params or `version` change, and when the link to the station comes back. The
 * old result stays until the next one is there.
 */
export function useRead<M extends MethodName>(method: M, params: Params<M>, version: unknown = 0) {
  const [data, setData] = useState<Result<M>>();
  const [error, setError] = useState<StationError>();
  const [again, setAgain] = useState(0);
  const returns = useReturns();
  const begin = useNews();
  const key = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version, again and returns only ask for a new reading
  useEffect(() => {
    // An answer counts also if it was asked for again meanwhile: a version may change faster than answers come.
    const isNews = begin(`${method} ${key}`);
    station.call(method, JSON.parse(key) as Params<M>).then(
      (result) => {
        if (!isNews()) return;
        setData(result);
        setError(undefined);
      },
      (cause) => isNews() && setError(asStationError(cause)),
    );
  }, [method, key, version, again, returns, begin]);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  return { data, error, reload };
}

/** Long enough that not every key asks the station, short enough to feel instant. */
const pauseMs = 250;

/**
 * The station's answer to what a person types, once typing pauses. The old answer stays until the next one is there.
 *
 * @param params undefined while what is typed is no question
 * @param about what the answer will belong to, which comes back as `of`
 * @returns `fresh` tells whether it answers the present question
 */
export function useAnswer<M extends MethodName, A = undefined>(method: M, params: Params<M> | undefined, about?: A) {
  const [answer, setAnswer] = useState<{ asked: string; of?: A; result?: Result<M>; error?: StationError }>();
  const question = params && JSON.stringify({ params, about });
  useEffect(() => {
    if (question === undefined) return;
    let current = true;
    const { params: asked, about: of } = JSON.parse(question) as { params: Params<M>; about?: A };
    const show = (said: { result: Result<M> } | { error: StationError }) =>
      current && setAnswer({ asked: question, ...(of === undefined ? {} : { of }), ...said });
    const ask = () =>
      station.call(method, asked).then(
        (result) => show({ result }),
        (cause) => show({ error: asStationError(cause) }),
      );
    const timer = setTimeout(() => void ask(), pauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [method, question]);
  const { of, result, error } = answer ?? {};
  return { of, result, error, fresh: question !== undefined && answer?.asked === question };
}
