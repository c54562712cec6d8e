import { useCallback, useEffect, useRef, useState } from 'react';
import { StationError, type WireError } from '../../app/contract/index.ts';

export const pageSize = 100;

export type Paging<Row> = {
  /** Undefined until the first page is there. */
  total: number | undefined;
  /** Whether rows come behind these, which are a further window of the list. */
  more: boolean;
  error: WireError | undefined;
  row(index: number): Row | undefined;
  /** Reads the pages of these rows, if they are missing. */
  need(first: number, last: number): void;
};

/**
 * A long list that is read in pages while it is scrolled. `key` names the list, and another key starts over. A new
 * `version` reads the pages again; the old rows stay on screen meanwhile.
 */
export function usePaging<Row>(
  key: string,
  version: unknown,
  load: (offset: number, limit: number) => Promise<{ total: number; more?: boolean; rows: Row[] }>,
): Paging<Row> {
  const [total, setTotal] = useState<number>();
  const [more, setMore] = useState(false);
  const [error, setError] = useState<WireError>();
  const [, setTick] = useState(0);
  const pages = useRef(new Map<number, Row[]>());
  const asked = useRef(new Set<number>());
  const loader = useRef(load);
  loader.current = load;
  const generation = useRef(0);

  const ask = useCallback((page: number) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    const mine = generation.current;
    loader.current(page * pageSize, pageSize).then(
      ({ total: count, more: further = false, rows }) => {
        if (mine !== generation.current) return;
        pages.current.set(page, rows);
        setTotal(count);
        setMore(further);
        setError(undefined);
        setTick((tick) => tick + 1);
      },
      (cause) => {
        if (mine === generation.current) {
          setError(cause instanceof StationError ? cause.toJSON() : { code: 'internal', detail: String(cause) });
        }
      },
    );
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another list
  useEffect(() => {
    generation.current += 1;
    pages.current.clear();
    asked.current.clear();
    setTotal(undefined);
    ask(0);
  }, [key, ask]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version only asks again
  useEffect(() => {
    const again = [...asked.current];
    asked.current.clear();
    for (const page of again) ask(page);
  }, [version, ask]);

  return {
    total,
    more,
    error,
    row: (index) => pages.current.get(Math.floor(index / pageSize))?.[index % pageSize],
    need(first, last) {
      for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++) ask(page);
    },
  };
}
