/** Views of lists that people saved. */
import type { ListName, SavedView } from '../../contract/desk.ts';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';

type Person = { personId: number | null };
type Row = Omit<SavedView, 'shared'> & { personId: number | null };
const columns = 'viewId, list, name, filter, personId, madeBy';
const shaped = ({ personId, ...row }: Row): SavedView => ({ ...row, shared: personId === null });

/** The shared views of a list and this person's own, by name. */
export const listViews = read((sql, { list, personId }: Person & { list: ListName }): SavedView[] =>
  sql
    .all<Row>(
      `SELECT ${columns} FROM savedViews WHERE list = @list AND (personId IS NULL OR personId = @personId)
       ORDER BY name COLLATE NOCASE, viewId`,
      { list, personId },
    )
    .map(shaped),
);

type NewView = Person & { list: ListName; name: string; filter: string; shared: boolean; actor: string };

/** Keeps a view. It replaces the one of the same name and the same owner. Audit `view.saved`. */
export const saveView = write((sql, { actor, personId, shared, ...view }: NewView, at): SavedView => {
  const owner = shared ? null : personId;
  const same = { list: view.list, name: view.name, owner };
  sql.run('DELETE FROM savedViews WHERE list = @list AND name = @name AND personId IS @owner', same);
  const { lastId: viewId } = sql.run(
    `INSERT INTO savedViews (list, name, filter, personId, madeBy, madeAt) VALUES (@list, @name, @filter, @owner, @actor, @at)`,
    { ...view, owner, actor, at },
  );
  audit(sql, {
    at,
    entry: 'view.saved',
    actor,
    subject: view.name,
    data: { list: view.list, filter: view.filter, shared },
  });
  return { ...view, viewId, shared, madeBy: actor };
});

/**
 * Removes a view: a shared one, or one of this person. Audit `view.removed`.
 *
 * @throws view.notFound
 */
export const removeView = write(
  (sql, { viewId, personId, actor }: Person & { viewId: number; actor: string }, at): void => {
    const view = sql.get<Row>(
      `SELECT ${columns} FROM savedViews WHERE viewId = @viewId AND (personId IS NULL OR personId = @personId)`,
      { viewId, personId },
    );
    if (!view) throw new StationError('view.notFound', `there is no view ${viewId}`, { data: { viewId } });
    sql.run('DELETE FROM savedViews WHERE viewId = @viewId', { viewId });
    const { list, filter, name } = view;
    audit(sql, {
      at,
      entry: 'view.removed',
      actor,
      subject: name,
      data: { list, filter, shared: view.personId === null },
    });
  },
);
