import { ChevronRight, ChevronsLeft } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ListAsked, type ListCursor, windowRows } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { ColumnMenu } from './columnmenu.tsx';
import { SaveList } from './savelist.tsx';
import type { DeskList } from './usedesklist.ts';
import { Views } from './views.tsx';

/** `key` is the name of the field in a row, and so the column of a file. */
export type DeskColumn<Row, By extends string> = Column<Row> & { orderBy?: By };

type Page<Row> = { total: number; more: boolean; rows: Row[]; next: ListCursor | null; orderedBy?: string };
type Part = { offset: number; limit: number; after?: ListCursor };

type Props<Row, By extends string> = {
  label: string;
  list: DeskList<By>;
  columns: readonly DeskColumn<Row, By>[];
  /** The filter and the order, as the station takes them. */
  asked: ListAsked;
  load: (part: Part) => Promise<Page<Row>>;
  version: unknown;
  href: (row: Row) => string;
  /** The fields in which a person says what is looked for. */
  tools: ReactNode;
  empty: ReactNode;
  count: (count: number) => string;
  /** Whether the person may save views and files, and see them. */
  desk: boolean;
};

/** A long list of the desk: tools, order by column, chosen columns, saved views, files, and windows of many rows. */
export function DeskTable<Row, By extends string>({
  label,
  list,
  columns,
  asked,
  load,
  version,
  href,
  tools,
  empty,
  count,
  desk,
}: Props<Row, By>) {
  const t = useTranslations('desk');
  const units = useTranslations('units');
  const [orderedBy, setOrderedBy] = useState<string>();
  const after = list.after ? { after: list.after } : {};
  const pages = usePaging<Row>(JSON.stringify([asked, list.after]), version, async (offset, limit) => {
    const page = await load({ offset, limit, ...after });
    setOrderedBy(page.orderedBy);
    return page;
  });
  const shown = columns.filter(({ key }, index) => index === 0 || list.shown.includes(key));
  const further = async () => {
    const { next } = await load({ offset: windowRows - 1, limit: 1, ...after });
    if (next) list.goBehind(next);
  };
  const isOther = orderedBy !== undefined && orderedBy !== list.by;
  return (
    <>
      <div className="desk-tools">{tools}</div>
      <div className="desk-foot">
        <p className="hint" role="status">
          {pages.total !== undefined &&
            `${pages.more ? t('moreThan', { count: pages.total }) : count(pages.total)}. ${units('keys')}`}
          {isOther && ` ${t('bySerial')}`}
        </p>
        {list.after && (
          <Button icon={ChevronsLeft} onClick={() => list.goBehind(null)}>
            {t('fromStart')}
          </Button>
        )}
        {pages.more && (
          <Button icon={ChevronRight} onClick={() => void further()}>
            {t('further', { count: windowRows })}
          </Button>
        )}
        {desk && (
          <>
            <ColumnMenu columns={columns} shown={list.shown} onShown={list.setShown} />
            <Views list={list.list} filter={list.filter} />
            <SaveList asked={asked} columns={shown.map(({ key }) => key)} disabled={!pages.total} />
          </>
        )}
      </div>
      <ErrorNotice error={pages.error} />
      {pages.total === 0 ? (
        empty
      ) : (
        <PagedTable
          label={label}
          pages={pages}
          columns={shown}
          href={href}
          order={{
            by: isOther ? orderedBy : list.by,
            descending: list.descending,
            onOrder: (by) => list.setOrder(by as By),
          }}
        />
      )}
    </>
  );
}
