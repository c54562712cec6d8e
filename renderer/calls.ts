import { useCallback, useEffect, useState } from 'react';
import { type MethodName, type Params, type Result, StationError } from '../app/contract/index.ts';
import { station } from './stationclient.ts';

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
 * Reads something, and reads again when the params or `version` change. The old result stays until the next one is
 * there.
 */
export function useRead<M extends MethodName>(method: M, params: Params<M>, version: unknown = 0) {
  const [data, setData] = useState<Result<M>>();
  const [error, setError] = useState<StationError>();
  const [again, setAgain] = useState(0);
  const key = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and again only ask for a new reading
  useEffect(() => {
    let current = true;
    station.call(method, JSON.parse(key) as Params<M>).then(
      (result) => {
        if (!current) return;
        setData(result);
        setError(undefined);
      },
      (cause) => current && setError(asStationError(cause)),
    );
    return () => {
      current = false;
    };
  }, [method, key, version, again]);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  return { data, error, reload };
}
