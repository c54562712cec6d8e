/** The one way to an order, from the screen, a command, a file or the hook: the same checks and the same refusals. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { csvCell } from '../../contract/csv.ts';
import { StationError } from '../../contract/errors.ts';
import { maxOrderRows, type Order, type OrderPreview, type OrderTable, tooManyRows } from '../../contract/model.ts';
import { assertRule, labelProblem } from '../../line/index.ts';
import type { StationParts } from '../composition.ts';
import { type GivenOrder, ordersIn, type Problem, type RowGroup } from './rows.ts';

type Once = { key: string; bodySha256: string };
type By = { actor: string; activate: boolean; once?: Once | undefined };
type Desk = Pick<StationParts, 'ledger' | 'recipes' | 'profiles' | 'authority' | 'bench' | 'clock'>;

/** @throws order.ended – its end has passed. To end an order now is to close it. */
function assertNotEnded(
  { orderId, endsAt }: { orderId: string; endsAt?: string | null | undefined },
  clock: Clock,
): void {
  if (endsAt == null || Date.parse(endsAt) > clock.now().getTime()) return;
  const detail = `order ${orderId} would have ended already, at ${endsAt}`;
  throw new StationError('order.ended', detail, { data: { orderId, endsAt } });
}

/**
 * Checks the terms of an order that the records cannot know, and finds its profile.
 *
 * @throws unit.serialTooLong, recipe.notFound, policy.profileUnknown, policy.profileInvalid, order.ended, scan.badRule
 */
async function checked(
  given: GivenOrder,
  { recipes, profiles, authority, clock }: Desk,
): Promise<GivenOrder & { profile: string }> {
  const { model, recipe = null, profile, label } = given;
  assertNotEnded(given, clock);
  if (profile !== undefined) profiles.named(profile);
  if (label) assertRule(labelProblem(label));
  const longest = await recipes.longestSerial(model, recipe);
  const { serialFrom, serialTo, pattern, serials } = given;
  const lists = {
    serialFrom: [serialFrom ?? ''],
    serialTo: [serialTo ?? ''],
    pattern: [pattern ?? ''],
    serials: serials ?? [],
  };
  for (const [path, texts] of Object.entries(lists)) {
    const { length } = texts.find((text) => text.length > longest) ?? '';
    if (length === 0) continue;
    const detail = `the serials have ${length} characters; the units of this order take ${longest}`;
    throw new StationError('unit.serialTooLong', detail, { data: { path, length, longest } });
  }
  const ofRecipe = await recipes.profileFor(model, recipe);
  return { ...given, profile: given.profile ?? ofRecipe ?? authority.current().profile.name };
}

/**
 * Makes an order.
 *
 * @throws order.exists, order.keyUsed, call.badParams; unit.serialTooLong, recipe.notFound, policy.profileUnknown, policy.profileInvalid,
 * order.ended, scan.badRule
 */
export async function makeOrder(desk: Desk, given: GivenOrder, { actor, activate, once }: By): Promise<Order> {
  const { ledger, recipes, bench } = desk;
  const made = await ledger.makeOrder({ ...(await checked(given, desk)), activate, actor, once });
  const registration = await recipes.registrationFor(made.model, made.recipe);
  if (registration) await ledger.setOrderRegistration({ orderId: made.orderId, registration, actor });
  await bench.refresh();
  return { ...made, registration: registration ?? null };
}

type Change = Parameters<Desk['ledger']['changeOrder']>[0];

/** Changes an order. @throws as the records do; order.ended – its end would have passed */
export async function changeOrder({ ledger, bench, clock }: Desk, change: Change): Promise<Order> {
  assertNotEnded(change, clock);
  const changed = await ledger.changeOrder(change);
  await bench.refresh();
  return changed;
}

/** Whether the order on record is the one that is asked for. What is left out may be anything. */
export async function isSame({ ledger }: Pick<Desk, 'ledger'>, order: Order, given: GivenOrder): Promise<boolean> {
  const { serials, label, ...others } = given;
  const plain = (Object.keys(others) as (keyof typeof others)[]).every(
    (name) => others[name] === undefined || others[name] === order[name],
  );
  if (!plain || (label !== undefined && JSON.stringify(label) !== JSON.stringify(order.label))) return false;
  if (serials === undefined) return true;
  return (
    order.listed === serials.length && String(await ledger.orderSerials(order.orderId)) === String(serials.toSorted())
  );
}

export type OrderFile = { name: string; bytes: Uint8Array; table: OrderTable };
type Planned = { preview: OrderPreview; groups: RowGroup[]; fresh: GivenOrder[] };

/** What the file would make. */
export async function planFile(desk: Desk, file: OrderFile, partial = false): Promise<Planned> {
  const { bytes, table } = file;
  if (table.rows.length > maxOrderRows) throw tooManyRows(table.rows.length);
  const { groups, general } = ordersIn(table);
  const known = new Map((await desk.ledger.listOrders()).map((order) => [order.orderId, order]));
  const orders: OrderPreview['orders'] = [];
  const fresh: GivenOrder[] = [];
  for (const group of groups) {
    const { orderId, rows } = group;
    const [row = 0] = rows;
    const refuse = (what: Problem['what'], detail: string, error?: Problem['error']) =>
      group.problems.push({ row, column: what === 'exists' ? 'order' : null, what, value: orderId, detail, error });
    const given = group.given ?? (partial ? goodRowsOf(table, group) : undefined);
    const before = given && known.get(orderId);
    const same = given !== undefined && before !== undefined && (await isSame(desk, before, given));
    if (before && !same)
      refuse('exists', `order ${orderId} exists and says something else; change that one, or use another number`);
    else if (given && !before)
      await checked(given, desk).catch((thrown) => {
        if (!(thrown instanceof StationError)) throw thrown;
        refuse('refused', thrown.detail, thrown.toJSON());
      });
    const whole = given !== undefined && (group.problems.length === 0 || (partial && group.given === undefined));
    const standing = !whole ? 'bad' : same ? 'same' : 'new';
    if (standing === 'new') fresh.push(given!);
    const inBad = new Set(group.problems.map((problem) => problem.row));
    if (standing === 'bad')
      for (const other of rows)
        if (!inBad.has(other))
          group.problems.push({
            row: other,
            column: null,
            what: 'otherRow',
            value: orderId,
            detail: `another row of order ${orderId} is wrong; correct that one`,
          });
    orders.push({
      orderId,
      model: given?.model ?? '',
      quantity: given?.quantity ?? 0,
      serials: serialsText(given),
      dueAt: given?.dueAt ?? null,
      standing,
      rows: rows.length,
      overlaps: [],
    });
  }
  const overlaps = await overlapsWith(desk, fresh);
  for (const order of orders) order.overlaps = overlaps.get(order.orderId) ?? [];
  const problems = groups.flatMap((group) => group.problems).sort((a, b) => a.row - b.row);
  const badRows = new Set(problems.map(({ row }) => row)).size;
  const preview: OrderPreview = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    rows: table.rows.length,
    orders,
    problems: [...general, ...problems].slice(0, 1000),
    badRows,
    refusedCsv: badRows === 0 ? null : refusedCsv(table, problems),
  };
  return { preview, groups, fresh };
}

/** What the orders on record and these new ones share, by their numbers. */
async function overlapsWith({ ledger }: Desk, fresh: readonly GivenOrder[]) {
  const terms = fresh.map(({ orderId, serialFrom = null, serialTo = null, pattern = null, serials }) => {
    return { orderId, serialFrom, serialTo, pattern, serials };
  });
  return new Map((await ledger.orderOverlaps(terms)).map(({ orderId, overlaps }) => [orderId, overlaps]));
}

/** The order that the rows without a problem make. Undefined when they make none. */
function goodRowsOf(table: OrderTable, { problems, rows }: RowGroup): GivenOrder | undefined {
  const bad = new Set(problems.map(({ row }) => row));
  const good = table.rows.filter(({ row }) => rows.includes(row) && !bad.has(row));
  return good.length === 0 ? undefined : ordersIn({ headers: table.headers, rows: good }).groups[0]?.given;
}

const serialsText = (given: GivenOrder | undefined): string => {
  if (given?.serialFrom !== undefined) return `${given.serialFrom} – ${given.serialTo ?? ''}`;
  if (given?.serials) return `${given.serials[0]}${given.serials.length > 1 ? ` … (${given.serials.length})` : ''}`;
  return given?.pattern ?? '';
};

/** The rows that are not taken, as they came, with the reasons in a column of their own. */
function refusedCsv({ headers, rows }: OrderTable, problems: readonly Problem[]): string {
  const reasons = new Map<number, string[]>();
  for (const { row, column, detail } of problems)
    reasons.set(row, [...(reasons.get(row) ?? []), column === null ? detail : `${column}: ${detail}`]);
  const line = (cells: readonly string[]) => cells.map(csvCell).join(',');
  const bad = rows.filter(({ row }) => reasons.has(row));
  const kept = headers.map((_, index) => index).filter((index) => headers[index] !== 'reason');
  const cellsOf = (cells: readonly string[]) => kept.map((index) => cells[index] ?? '');
  return `${[
    line([...cellsOf(headers), 'reason']),
    ...bad.map(({ row, cells }) => line([...cellsOf(cells), reasons.get(row)?.join('; ') ?? ''])),
  ].join('\r\n')}\r\n`;
}

type Imported = { made: string[]; preview: OrderPreview };
type Importing = Desk & Pick<StationParts, 'orderImports'>;

/**
 * Makes the new orders of a file, each in a commit of its own. Audit `order.imported`, also where it ends before the last
 * of them.
 *
 * @throws call.cancelled – the station ends: what was made stays; as `makeOrder`
 */
export const importFile = (
  desk: Importing,
  file: OrderFile,
  { actor, partial }: { actor: string; partial: boolean },
): Promise<Imported> =>
  desk.orderImports.run(async () => {
    const { preview, fresh } = await planFile(desk, file, partial);
    const made: string[] = [];
    const record = async () => {
      const left = fresh.length - made.length;
      const counts = { made: made.length, refused: preview.badRows, ...(left > 0 ? { left } : {}) };
      const data = { file: file.name, sha256: preview.sha256, ...counts };
      await desk.ledger.audit({ entry: 'order.imported', actor, subject: file.name, data });
    };
    try {
      for (const given of fresh) {
        if (desk.orderImports.ending())
          throw new StationError('call.cancelled', `${made.length} of ${fresh.length} orders were made, and stay`);
        await makeOrder(desk, given, { actor, activate: false });
        made.push(given.orderId);
      }
    } catch (thrown) {
      // What keeps the records from an order keeps them from this as well.
      await record().catch(() => {});
      throw thrown;
    }
    await record();
    return { made, preview };
  });
