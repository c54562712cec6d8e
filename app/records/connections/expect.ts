/** From units that passed to units whose first connection is waited for. */
import type { ConnectionWay } from '../../contract/firstconnections.ts';
import { patientWrite, read } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';

export type Pass = {
  unitSerial: string;
  orderId: string;
  passedAt: string;
  model: string;
  hardwareId: string | null;
  /** The recipe of the attempt; null for a record of a time without recipes. */
  recipe: { name: string; version: number } | null;
  /** The certificate in use; null for a unit that gets it from AWS with a claim. */
  certificateId: string | null;
  /** The thing name that the device was told; null when the journal does not say it. */
  thingName: string | null;
};

/** Later than any time. */
export const never = '9999-12-31T23:59:59.999Z';

/** So many entries of the journal are looked at for a page: a unit has some twenty, and no read may take long. */
const span = 4000;
const passesMark = 'passes';

/**
 * The units that passed after those that are waited for already. `upTo` is the last entry that was looked at: hand it to
 * `expectConnections`. Null when there is nothing more.
 */
export const newPasses = read((sql): { passes: Pass[]; upTo: number | null } => {
  const after = Number(markOf(sql, passesMark) ?? 0);
  const { last } = sql.get<{ last: number | null }>(
    `SELECT max(entryId) AS last FROM (SELECT entryId FROM journal WHERE entryId > @after ORDER BY entryId LIMIT ${span})`,
    { after },
  )!;
  if (last === null) return { passes: [], upTo: null };
  const told = `(SELECT t.data ->> 'thingName' FROM journal t WHERE t.unitSerial = p.unitSerial AND t.step = 'install'
    AND t.entry = ${journalNames('step.done')} AND t.attempt = p.attempt ORDER BY t.position DESC LIMIT 1)`;
  const recipe = `(SELECT s.data -> 'recipe' FROM journal s WHERE s.unitSerial = p.unitSerial AND s.attempt = p.attempt
    AND s.entry = ${journalNames('attempt.started')} ORDER BY s.position DESC LIMIT 1)`;
  const passes = sql
    .all<Omit<Pass, 'recipe'> & { recipe: string | null }>(
      `SELECT p.unitSerial, u.orderId, p.at AS passedAt, u.model, u.hardwareId, ${recipe} AS recipe, ${told} AS thingName,
         (SELECT c.certificateId FROM certificates c WHERE c.unitSerial = p.unitSerial AND c.state = 'issued') AS certificateId
       FROM journal p JOIN units u USING (unitSerial)
       WHERE p.entryId > @after AND p.entryId <= @last AND p.state = 'passed' AND p.entry = ${journalNames('attempt.ended')}
         AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = p.unitSerial)
       ORDER BY p.entryId`,
      { after, last },
    )
    .map(({ recipe: text, ...pass }) => ({ ...pass, recipe: text === null ? null : JSON.parse(text) }));
  return { passes, upTo: last };
});

export type Expected = Pick<Pass, 'unitSerial' | 'orderId' | 'passedAt' | 'certificateId'> & {
  target: string;
  way: ConnectionWay;
  thingName: string;
  dueAt: string;
  /** When AWS is to be asked about it; null when a list or a message of AWS will name it. */
  askAt: string | null;
  /** AWS made its thing at the bench. */
  isRegistered: boolean;
};

/**
 * Puts units on record as waited for, and how far the journal was looked at. A unit that passed again, with another
 * certificate, begins again. The page and its mark are one commit, so a crash neither loses a unit nor takes one twice.
 */
export const expectConnections = patientWrite(
  (sql, { expected, upTo }: { expected: readonly Expected[]; upTo: number }): void => {
    if (Number(markOf(sql, passesMark) ?? 0) >= upTo) return;
    sql.run(
      `INSERT INTO firstConnections (unitSerial, target, orderId, way, state, thingName, certificateId, passedAt, dueAt, askAt,
         registeredAt, madeName)
       SELECT g.value ->> 'unitSerial', g.value ->> 'target', g.value ->> 'orderId', g.value ->> 'way', 'waiting',
         g.value ->> 'thingName', g.value ->> 'certificateId', g.value ->> 'passedAt', g.value ->> 'dueAt',
         coalesce(g.value ->> 'askAt', '${never}'), iif(g.value ->> 'isRegistered', g.value ->> 'passedAt', NULL),
         iif(g.value ->> 'isRegistered', g.value ->> 'thingName', NULL)
       FROM json_each(@expected) g WHERE true
       ON CONFLICT (unitSerial, target) DO UPDATE SET orderId = excluded.orderId, way = excluded.way, state = 'waiting',
         thingName = excluded.thingName, certificateId = excluded.certificateId, passedAt = excluded.passedAt,
         dueAt = excluded.dueAt, askAt = excluded.askAt, registeredAt = excluded.registeredAt,
         madeName = excluded.madeName, connectedAt = NULL, source = NULL,
         clientId = NULL, sourceIp = NULL, tries = 0, lastTryAt = NULL, reason = NULL
       WHERE excluded.certificateId IS NOT firstConnections.certificateId OR firstConnections.state = 'ended'`,
      { expected: JSON.stringify(expected) },
    );
    putMark(sql, passesMark, String(upTo));
  },
);

const markOf = (sql: Sql, name: string): string | null =>
  sql.get<{ mark: string }>('SELECT mark FROM watchMarks WHERE name = @name', { name })?.mark ?? null;

const putMark = (sql: Sql, name: string, mark: string): void =>
  void sql.run('INSERT INTO watchMarks VALUES (@name, @mark) ON CONFLICT (name) DO UPDATE SET mark = @mark', {
    name,
    mark,
  });

type ListMark = { target: string; caCertificateId: string };
const listMark = ({ target, caCertificateId }: ListMark) => `list ${target} ${caCertificateId}`;

/** How far the list of this CA was looked through: the time of its newest certificate then, ISO 8601 UTC. */
export const watchMark = read((sql, of: ListMark): string | null => markOf(sql, listMark(of)));

/** Keeps how far the list of a CA was looked through. */
export const putWatchMark = patientWrite((sql, { mark, ...of }: ListMark & { mark: string }): void =>
  putMark(sql, listMark(of), mark),
);
