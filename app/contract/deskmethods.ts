/** The rows of the method table for QA's desk. */
import { z } from 'zod';
import { alert, alertRules } from './alerts.ts';
import { charts, chartsAsked } from './charts.ts';
import * as d from './desk.ts';
import { desk, done, type MethodSpec, method, none } from './method.ts';

export const deskMethods = {
  /** Anything that a person has in hand: serials, ids, orders, models, names of people, error codes, a day. */
  'desk.find': method(d.findParams, d.found, desk, false),
  'desk.overview': method(none, d.overview, desk, false),
  /**
   * Yield and throughput of a period, in columns.
   *
   * @throws `call.badParams` – the period is empty, or has more than 120 columns
   */
  'desk.charts': method(chartsAsked, charts, desk, false),

  /** The alerts that stand now, the latest first, and the rules; `station.configure` changes them. */
  'desk.alerts': method(none, z.object({ rules: alertRules, open: z.array(alert) }), desk, false),

  'audit.list': method(d.auditFilter.extend(d.listPart), d.pageOf(d.auditRow), desk, false),
  /** Everyone who left an entry, by name. */
  'audit.actors': method(none, z.array(z.string()), desk, false),

  /** One's own views of a list, and those that are shared, by name. */
  'views.list': method(z.strictObject({ list: d.listName }), z.array(d.savedView), desk, false),
  /** Keeps a view. One of the same name, and with the same eyes, is replaced. */
  'views.save': method(
    z.strictObject({ list: d.listName, name: d.viewName, filter: d.viewFilter, shared: z.boolean() }),
    d.savedView,
    desk,
    'view.saved',
  ),
  /** @throws `view.notFound` – there is none, or it is another person's own */
  'views.remove': method(z.strictObject({ viewId: z.int() }), done, desk, 'view.removed'),
} as const satisfies Record<string, MethodSpec>;
