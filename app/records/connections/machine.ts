/**
 * The state of a first connection, and what each fact makes of it. Facts come from several sources, late and more than
 * once; in whatever order they come, the end is the same.
 */
import type {
  ConnectionReason,
  ConnectionSource,
  ConnectionState,
  FirstConnection,
} from '../../contract/firstconnections.ts';
import { isBlocking } from '../../contract/firstconnections.ts';

export type Seen = {
  kind: 'seen';
  /** AWS's time, ISO 8601 UTC. */
  connectedAt: string;
  source: ConnectionSource;
  clientId: string | null;
  sourceIp: string | null;
};
/** AWS says that a device came, and that it did not let it in. */
export type Tried = { kind: 'tried'; triedAt: string };
/** What the registry says now. */
export type Found = {
  kind: 'found';
  reason: ConnectionReason | null;
  /** The thing and the certificate that AWS made, or has. Null where there is none yet. */
  made: { thingName: string; certificateId: string } | null;
};
export type ConnectionFact = Seen | Tried | Found;

/** The part of a row that facts change. */
export type Standing = Pick<
  FirstConnection,
  | 'state'
  | 'dueAt'
  | 'connectedAt'
  | 'source'
  | 'clientId'
  | 'sourceIp'
  | 'tries'
  | 'lastTryAt'
  | 'reason'
  | 'madeName'
  | 'certificateId'
>;

/** The row after the fact. `at` is the time of now, ISO 8601 UTC. */
export function after(row: Standing, fact: ConnectionFact, at: string): Standing {
  const next = apply(row, fact);
  return { ...next, state: stateOf(next, at) };
}

function apply(row: Standing, fact: ConnectionFact): Standing {
  switch (fact.kind) {
    case 'seen': {
      const { kind: _, ...seen } = fact;
      return row.source !== null && !isBetter(fact, row) ? row : { ...row, ...seen };
    }
    case 'tried':
      // The same message may come twice.
      if (row.lastTryAt !== null && fact.triedAt <= row.lastTryAt) return row;
      return { ...row, tries: row.tries + 1, lastTryAt: fact.triedAt };
    case 'found':
      return fact.made === null
        ? { ...row, reason: fact.reason }
        : { ...row, reason: fact.reason, madeName: fact.made.thingName, certificateId: fact.made.certificateId };
  }
}

type Evidence = Pick<Standing, 'connectedAt' | 'clientId' | 'source' | 'sourceIp'>;

/** Who names the client knows more than the registry, which only has its time. Of two such, the earlier one counts. */
function isBetter(one: Seen, other: Evidence): boolean {
  if ((one.clientId === null) !== (other.clientId === null)) return one.clientId !== null;
  return rank(one) < rank(other);
}

const rank = ({ connectedAt, source, clientId, sourceIp }: Evidence): string =>
  [connectedAt, source, clientId, sourceIp].join('\n');

/** Where a row stands at this time. */
export function stateOf({ connectedAt, reason, dueAt }: Standing, at: string): ConnectionState {
  if (connectedAt !== null) return 'connected';
  if (reason !== null && isBlocking(reason)) return 'failed';
  return dueAt <= at ? 'overdue' : 'waiting';
}
