/** The thread for searches, tables and figures, on a connection that cannot write. */
import { type ReadName, type ReadParams, runRead } from '../../app/records/tables.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { serve } from './serve.ts';

serve(({ file }) => {
  const sql = openSqlite(file, { readOnly: true });
  return {
    answer: async (name, params) => runRead(sql, name as ReadName, params as ReadParams<ReadName>),
    close: () => sql.close(),
  };
});
