import { X509Certificate } from 'node:crypto';
import type {
  Attributes,
  Certificate,
  Policy,
  PrincipalType,
  State,
  Task,
  Thing,
  ThingGroup,
  ThingType,
} from '../account.ts';
import type { Spool } from './blobs.ts';
import { appendRecord, emptyReport } from './report.ts';

/** How a state file of version 0.1 held the same things. */
type OldCertificate = Omit<Certificate, 'der'> & { pem?: string };
type OldPolicy = { name: string; arn: string; document?: string };
type OldThing = Omit<Thing, 'principals'> & { principals: { principal?: string; type: PrincipalType }[] };
type OldType = Omit<ThingType, 'properties'> & { properties: string | object };
type OldGroup = { name: string; arn: string; id: string; parent?: string; properties?: string; policies: string[] };
type OldTask = Omit<Task, 'results' | 'errors'> & { results: string[]; errors: string[] };

/** A state of today, from one of today or of version 0.1. Times that were not kept become `now` (epoch seconds). */
export function upgrade(state: State, spool: Spool, now: number): State {
  const made = { createdAt: now, modifiedAt: now };
  each<OldCertificate, Certificate>(state.certificates, ({ pem, ...rest }) =>
    pem === undefined ? undefined : { ...rest, der: new X509Certificate(pem).raw.toString('base64') },
  );
  each<OldPolicy, Policy>(state.policies, ({ name, arn, document }) =>
    document === undefined
      ? undefined
      : { name, arn, versions: [{ id: '1', document, createdAt: now }], defaultVersion: '1', next: 2, ...made },
  );
  each<OldThing, Thing>(state.things, (thing) => ({
    ...thing,
    principals: thing.principals.map(({ principal = '', type }) => ({ id: principal.split('/')[1] ?? '', type })),
  }));
  each<OldType, ThingType>(state.types, (type) =>
    typeof type.properties === 'string'
      ? { ...type, properties: JSON.parse(type.properties) as object, createdAt: now }
      : undefined,
  );
  each<OldGroup, ThingGroup>(state.groups, ({ properties, ...group }) => {
    if (properties === undefined) return undefined;
    const { thingGroupDescription: description, attributePayload } = JSON.parse(properties) as {
      thingGroupDescription?: string;
      attributePayload?: { attributes?: Attributes };
    };
    const attributes = attributePayload?.attributes ?? {};
    return { ...group, attributes, createdAt: now, version: 1, ...(description !== undefined && { description }) };
  });
  each<OldTask, Task>(state.tasks, (task) => {
    if (!Array.isArray(task.results)) return undefined;
    const upgraded: Task = { ...task, results: emptyReport(), errors: emptyReport() };
    for (const line of task.results) appendRecord(spool, upgraded, 'RESULTS', line);
    for (const line of task.errors) appendRecord(spool, upgraded, 'ERRORS', line);
    return upgraded;
  });
  return state;
}

/** The same map under the type it had. What `change` leaves alone is of today already. */
function each<Old, New>(records: Map<string, New>, change: (old: Old) => New | undefined): void {
  for (const [key, record] of records) {
    const changed = change(record as unknown as Old);
    if (changed !== undefined) records.set(key, changed);
  }
}
