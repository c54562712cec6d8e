import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import { historyPlace, keepScroll } from '../address.ts';
import type { Paging } from './paging.ts';

export type Column<Row> = {
  key: string;
  head: string;
  width: string;
  cell: (row: Row) => ReactNode;
  /** What the list can be put in order by with this column; see `order`. */
  orderBy?: string;
};

/** The order of the rows, and how a press on a column's head changes it. */
export type RowOrder = { by: string; descending: boolean; onOrder: (by: string) => void };

type Props<Row> = {
  label: string;
  pages: Paging<Row>;
  columns: readonly Column<Row>[];
  /** The address of a row. Its first cell is the link. */
  href: (row: Row) => string;
  order?: RowOrder;
};

const rowHeight = 48;
/** Browsers refuse to write to the history hundreds of times in a few seconds. */
const keepEveryMs = 150;

/**
 * A table of any length. It draws only the visible rows, reads pages as they come into view, and moves by arrow keys.
 */
export function PagedTable<Row>({ label, pages, columns, href, order }: Props<Row>) {
  const t = useTranslations('units');
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const count = pages.total ?? 0;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // The keyboard comes back to the row where it was. If that was scrolled out of view, it begins with the first one.
  const entrance = items.some(({ index }) => index === active) ? active : first;
  const { need } = pages;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages in view are what counts
  useEffect(() => {
    if (count > 0) need(first, last);
  }, [first, last, count]);
  useKeptScroll(scroller, count > 0);
  // Run after every drawing, because a row may appear only once its page has been read.
  useEffect(() => {
    if (!wantsFocus.current) return;
    const link = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"] a`);
    if (!link) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(count - 1, active + step));
    wantsFocus.current = true;
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list are positioned, which table elements are not
    <div className="table" role="table" aria-label={label} aria-rowcount={count + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the link in each row has the focus */}
      <div className="table-head" role="row" style={template}>
        {columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <span key={column.key} role="columnheader" aria-sort={sortOf(column, order)}>
            {order && column.orderBy !== undefined ? (
              <OrderButton head={column.head} by={column.orderBy} order={order} />
            ) : (
              column.head
            )}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div className="table-scroll" role="rowgroup" ref={scroller} onKeyDown={move}>
        <div className="table-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {pages.total === undefined && !pages.error && (
            // biome-ignore lint/a11y/useSemanticElements: see above
            // biome-ignore lint/a11y/useFocusableInteractive: see above
            <div role="row" className="table-row" style={{ ...template, height: rowHeight }}>
              {/* biome-ignore lint/a11y/useSemanticElements: see above */}
              <span role="cell">{t('rowLoading')}</span>
            </div>
          )}
          {items.map((item) => {
            const row = pages.row(item.index);
            return (
              // biome-ignore lint/a11y/useSemanticElements: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                className="table-row"
                style={{ ...template, height: rowHeight, transform: `translateY(${item.start}px)` }}
              >
                {columns.map((column, index) => (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  <span key={column.key} role="cell">
                    {!row && index === 0 && t('rowLoading')}
                    {row && index === 0 && (
                      <a
                        href={href(row)}
                        tabIndex={item.index === entrance ? 0 : -1}
                        onFocus={() => setActive(item.index)}
                      >
                        {column.cell(row)}
                      </a>
                    )}
                    {row && index > 0 && column.cell(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const sortOf = ({ orderBy }: { orderBy?: string }, order: RowOrder | undefined) => {
  if (!order || orderBy === undefined || orderBy !== order.by) return undefined;
  return order.descending ? ('descending' as const) : ('ascending' as const);
};

/** The head of a column by which the rows can be put in order. */
function OrderButton({ head, by, order }: { head: string; by: string; order: RowOrder }) {
  const Icon = by !== order.by ? ChevronsUpDown : order.descending ? ArrowDown : ArrowUp;
  return (
    <button type="button" className="order-by" onClick={() => order.onOrder(by)}>
      <span>{head}</span>
      <Icon aria-hidden="true" />
    </button>
  );
}

/** Scrolls a list to its place before a person left its page, and remembers that place. */
function useKeptScroll(scroller: RefObject<HTMLElement | null>, ready: boolean): void {
  useLayoutEffect(() => {
    const list = scroller.current;
    if (!ready || !list) return;
    const { at, scroll } = historyPlace();
    list.scrollTop = scroll;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        keepScroll(at, list.scrollTop);
      }, keepEveryMs);
    };
    list.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      list.removeEventListener('scroll', onScroll);
    };
  }, [scroller, ready]);
}
