import { dayAsWritten } from '../../app/contract/days.ts';
import type { ListCursor, ListName } from '../../app/contract/index.ts';
import { clearFilter, useFilter, useFilterText } from '../address.ts';

/** How a list of the desk is shown. All of it is in the address, so that a link or a saved view brings it back. */
export type DeskList<By extends string> = {
  list: ListName;
  by: By;
  descending: boolean;
  /** By this column; the other way round if it is by this one already. */
  setOrder: (by: By) => void;
  shown: readonly string[];
  setShown: (columns: readonly string[]) => void;
  /** Local days `yyyy-mm-dd`, the last one included; empty for no limit. */
  from: string;
  to: string;
  setFrom: (day: string) => void;
  setTo: (day: string) => void;
  /** The same as times in UTC, for the station. */
  period: { since?: string; until?: string };
  /** Where the shown window begins. */
  after: ListCursor | undefined;
  goBehind: (cursor: ListCursor | null) => void;
  /** The address without the window: what a saved view keeps. */
  filter: string;
};

type Usual<By extends string> = { by: By; descending: boolean; columns: readonly string[] };

export function useDeskList<By extends string>(list: ListName, orders: readonly By[], usual: Usual<By>): DeskList<By> {
  const [by, setBy] = useFilter<By>('by', usual.by, orders);
  const [way, setWay] = useFilter<'' | 'up' | 'down'>('way', '', ['', 'up', 'down']);
  const [columns, setColumns] = useFilter<string>('columns', '');
  const [from, setFrom] = useFilter<string>('from', '');
  const [to, setTo] = useFilter<string>('to', '');
  const [behind, setBehind] = useFilter<string>('behind', '');
  const filter = useFilterText('behind');
  const usualDown = by === usual.by ? usual.descending : false;
  const descending = way === '' ? usualDown : way === 'down';
  const since = dayAsWritten(from)?.from;
  const until = dayAsWritten(to)?.until;
  return {
    list,
    by,
    descending,
    setOrder(next) {
      clearFilter('behind');
      const down = next === by ? !descending : next === usual.by && usual.descending;
      setBy(next);
      setWay(down ? 'down' : 'up');
    },
    shown: columns === '' ? usual.columns : columns.split('.'),
    setShown: (next) => setColumns(next.join('.') === usual.columns.join('.') ? '' : next.join('.')),
    from,
    to,
    setFrom: (day) => {
      clearFilter('behind');
      setFrom(day);
    },
    setTo: (day) => {
      clearFilter('behind');
      setTo(day);
    },
    period: { ...(since && { since }), ...(until && { until }) },
    after: cursorOf(behind),
    goBehind: (cursor) => setBehind(cursor ? `${cursor.tie}:${cursor.key}` : ''),
    filter,
  };
}

function cursorOf(text: string): ListCursor | undefined {
  const [, tie, key] = /^(\d{1,15}):(.{0,256})$/.exec(text) ?? [];
  return tie === undefined ? undefined : { tie: Number(tie), key: key ?? '' };
}
