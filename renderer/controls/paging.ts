import { useCallback, useEffect, useRef, useState } from 'react';
import { StationError, type WireError } from '../../app/contract/index.ts';
import { useReturns } from '../stationclient.ts';

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
 * `version`, and the link to the station when it comes back, read the pages again; the old rows stay on screen meanwhile.
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
  const inView = useRef({ first: 0, last: 0 });
  /** The number of the newest question that was asked, and of the newest one of each page that was answered. */
  const begun = useRef(0);
  const answered = useRef(new Map<number, number>());
  const list = useRef<string>(undefined);
  const returns = useReturns();
  const loader = useRef(load);
  loader.current = load;

  const ask = useCallback((page: number) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    begun.current += 1;
    const mine = begun.current;
    const of = list.current;
    const isNews = () => of === list.current && mine > (answered.current.get(page) ?? 0);
    loader.current(page * pageSize, pageSize).then(
      ({ total: count, more: further = false, rows }) => {
        if (!isNews()) return;
        answered.current.set(page, mine);
        pages.current.set(page, rows);
        setTotal(count);
        setMore(further);
        setError(undefined);
        setTick((tick) => tick + 1);
      },
      (cause) => {
        if (!isNews()) return;
        setError(cause instanceof StationError ? cause.toJSON() : { code: 'internal', detail: String(cause) });
      },
    );
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: version and returns only ask again
  useEffect(() => {
    if (list.current !== key) {
      list.current = key;
      inView.current = { first: 0, last: 0 };
      pages.current.clear();
      answered.current.clear();
      setTotal(undefined);
    }
    // The other pages are read again when they come into view.
    asked.current.clear();
    for (let page = inView.current.first; page <= inView.current.last; page++) ask(page);
  }, [key, version, returns, ask]);

  return {
    total,
    more,
    error,
    row: (index) => pages.current.get(Math.floor(index / pageSize))?.[index % pageSize],
    need(from, to) {
      const [first, last] = [Math.floor(from / pageSize), Math.floor(to / pageSize)];
      inView.current = { first, last };
      for (let page = first; page <= last; page++) ask(page);
    },
  };
}
