/** The units that a typed or scanned text may mean. */
import { windowRows } from '../../contract/desk.ts';
import type { Sql, SqlParams } from '../sql.ts';

/** The end of the range of texts that begin with another text. */
const last = '\u{10ffff}';

/**
 * The parameters of a search. `part` and `beginning` are patterns for LIKE; `low` and `high` are the range of the ids
 * that begin so, which are lower-case hexadecimal.
 */
export function termsOf(query: string): { query: string; part: string; beginning: string; low: string; high: string } {
  const literal = query.replace(/[\\%_]/g, '\\$&');
  const id = query.toLowerCase();
  return { query, part: `%${literal}%`, beginning: `${literal}%`, low: id, high: `${id}${last}` };
}

/** Below this length, the beginning of a certificate's id says nothing. */
const shortestId = 6;
const most = windowRows + 1;

export type Candidates = {
  serials: string[];
  /** There are more than a window of them. */
  more: boolean;
  /** The text is exactly a unit serial. */
  exact: boolean;
};

/**
 * Units by a part of the unit serial, the beginning of a hardware id, certificate id or certificate serial, a whole
 * order id or thing name. A text that begins or is an id is answered from an index. Only a part from the middle of a
 * serial looks at every serial, and stops when the window is full. `orderId` narrows it.
 */
export function candidatesOf(sql: Sql, query: string, orderId?: string): Candidates {
  const found = new Set<string>();
  const take = (text: string, params: SqlParams) => {
    if (found.size >= most) return;
    for (const { unitSerial } of sql.all<{ unitSerial: string }>(`${text} LIMIT ${most}`, params))
      found.add(unitSerial);
  };
  const terms = termsOf(query);
  const range = { low: query, high: `${query}${last}` };
  take(
    'SELECT unitSerial FROM units WHERE unitSerial COLLATE NOCASE >= @low AND unitSerial COLLATE NOCASE < @high ORDER BY unitSerial COLLATE NOCASE',
    range,
  );
  const exact = [...found].some((serial) => serial.toLowerCase() === query.toLowerCase());
  take(
    'SELECT unitSerial FROM units WHERE hardwareId COLLATE NOCASE >= @low AND hardwareId COLLATE NOCASE < @high ORDER BY hardwareId COLLATE NOCASE',
    range,
  );
  take('SELECT unitSerial FROM members WHERE thingName = @query', { query });
  take('SELECT unitSerial FROM journalIndex WHERE orderId = @query ORDER BY unitSerial', { query });
  const { low, high, part } = terms;
  if (low.length >= shortestId && /^[0-9a-f]+$/.test(low)) {
    take(
      'SELECT unitSerial FROM certificates WHERE certificateId >= @low AND certificateId < @high AND unitSerial IS NOT NULL',
      { low, high },
    );
    take(
      'SELECT unitSerial FROM certificates WHERE serialHex >= @low AND serialHex < @high AND unitSerial IS NOT NULL',
      { low, high },
    );
  }
  if (!exact) {
    if (orderId === undefined)
      take(`SELECT unitSerial FROM units WHERE unitSerial LIKE @part ESCAPE '\\' ORDER BY unitSerial`, { part });
    else
      take(
        `SELECT unitSerial FROM journalIndex WHERE orderId = @orderId AND unitSerial LIKE @part ESCAPE '\\' ORDER BY unitSerial`,
        {
          part,
          orderId,
        },
      );
  }
  return { serials: [...found].slice(0, windowRows), more: found.size >= most, exact };
}
