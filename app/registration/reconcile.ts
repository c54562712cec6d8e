import { createHash, X509Certificate } from 'node:crypto';

/** The names of a batch member in AWS's reports. Its place in the list is its line (1-based) in the input file. */
export type ReconcileMember = { thingName: string; certificateId: string };

export type MemberResult = ReconcileMember &
  ({ state: 'registered'; thingArn: string } | { state: 'rejected'; reason: string } | { state: 'unaccounted' });

export type Reconciliation = {
  /** One result for each member, in their order. */
  results: MemberResult[];
  registered: number;
  rejected: number;
  unaccounted: number;
  /** Report lines that fit no member, or that contradict one. */
  strays: number;
};

const maxReason = 1000;
const maxPem = 65_536;

/**
 * Compares the reports of a task with the members of its batch. A member is registered only on a RESULTS line that
 * names its certificate or its thing and nothing else. AWS does not document the ERRORS layout, so any mention counts
 * there: certificate id, PEM, thing name, ARN, and last a line number. Members that neither report names stay
 * unaccounted.
 */
export function createReconciler(members: readonly ReconcileMember[]): {
  result(line: string): void;
  error(line: string): void;
  finish(): Reconciliation;
} {
  const byCertificate = new Map(members.map((member, index) => [member.certificateId.toLowerCase(), index]));
  const byThing = new Map(members.map((member, index) => [member.thingName, index]));
  const index = { byCertificate, byThing };
  const registered = new Map<number, string>();
  const rejected = new Map<number, string>();
  const numbered: { line: number; reason: string }[] = [];
  let strays = 0;
  const reject = (member: number | undefined, reason: string) => {
    if (member === undefined || member >= members.length || registered.has(member)) strays += 1;
    else if (!rejected.has(member)) rejected.set(member, reason);
  };

  return {
    result: (line) => {
      if (line.trim() === '') return;
      const found = readResult(line);
      const named = found && [
        ...found.certificateIds.map((id) => byCertificate.get(id)),
        ...found.thingNames.map((name) => byThing.get(name)),
      ];
      const [member] = named ?? [];
      if (!found || member === undefined || named?.some((other) => other !== member)) strays += 1;
      else if (registered.has(member)) strays += 1;
      else {
        if (rejected.delete(member)) strays += 1;
        registered.set(member, found.thingArn);
      }
    },
    error: (line) => {
      if (line.trim() === '') return;
      const { candidates, lineNumber, reason } = readError(line, index);
      if (candidates.size === 0 && lineNumber !== undefined) numbered.push({ line: lineNumber, reason });
      else reject(candidates.size === 1 ? [...candidates][0] : undefined, reason);
    },
    finish: () => {
      // AWS does not say whether it counts from 0 or from 1. A line 0 settles it.
      const base = numbered.some(({ line }) => line === 0) ? 0 : 1;
      for (const { line, reason } of numbered.splice(0)) reject(line - base, reason);
      const results = members.map(({ thingName, certificateId }, at): MemberResult => {
        const thingArn = registered.get(at);
        if (thingArn !== undefined) return { thingName, certificateId, state: 'registered', thingArn };
        const reason = rejected.get(at);
        if (reason !== undefined) return { thingName, certificateId, state: 'rejected', reason };
        return { thingName, certificateId, state: 'unaccounted' };
      });
      const unaccounted = members.length - registered.size - rejected.size;
      return { results, registered: registered.size, rejected: rejected.size, unaccounted, strays };
    },
  };
}

/**
 * RESULTS: `{"response":{"CertificatePem":"…","ResourceArns":{"<logical name>":"arn:…"}}}`. Other members are ignored.
 */
function readResult(line: string): { certificateIds: string[]; thingNames: string[]; thingArn: string } | undefined {
  const response = member(parse(line), 'response');
  const arns = Object.values(object(member(response, 'ResourceArns'))).filter((arn) => typeof arn === 'string');
  const thingArns = arns.filter((arn) => thingOf(arn) !== undefined);
  const [thingArn] = thingArns;
  if (thingArn === undefined || thingArns.length > 1) return undefined;
  const pem = member(response, 'CertificatePem');
  // A PEM that cannot be read names no member, and so does the line.
  const fromPem = typeof pem === 'string' && pem !== '' ? [idOfPem(pem) ?? ''] : [];
  const certificateIds = [...arns.flatMap((arn) => certificateOf(arn) ?? []), ...fromPem];
  const thingName = thingOf(thingArn) ?? '';
  return { certificateIds, thingNames: [thingName], thingArn };
}

type Index = { byCertificate: ReadonlyMap<string, number>; byThing: ReadonlyMap<string, number> };

/** ERRORS: every string and number anywhere in the line, also in JSON inside strings. */
function readError(
  line: string,
  index: Index,
): { candidates: Set<number>; lineNumber: number | undefined; reason: string } {
  const value = parse(line);
  const leaves = value === undefined ? [{ name: '', value: line }] : [...leavesOf(value, '', 0)];
  const candidates = new Set<number>();
  const add = (at: number | undefined) => at !== undefined && candidates.add(at);
  for (const { value: leaf } of leaves) {
    if (typeof leaf !== 'string') continue;
    for (const id of leaf.match(/\b[0-9a-fA-F]{64}\b/g) ?? []) add(index.byCertificate.get(id.toLowerCase()));
    // No certificate is longer, and a hostile line must not cost more than its length.
    for (const pem of leaf
      .slice(0, maxPem)
      .match(/-----BEGIN CERTIFICATE-----[\s\S]{1,8192}?-----END CERTIFICATE-----/g) ?? []) {
      add(index.byCertificate.get(idOfPem(pem) ?? ''));
    }
    for (const [, thing = ''] of leaf.matchAll(/:thing\/([a-zA-Z0-9:_-]{1,128})/g)) add(index.byThing.get(thing));
    add(index.byThing.get(leaf));
  }
  // Used only when nothing names a member outright: a thing's name as a word of a text.
  if (candidates.size === 0) {
    for (const { value: leaf } of leaves) {
      if (typeof leaf === 'string')
        for (const word of leaf.match(/[a-zA-Z0-9:_-]+/g) ?? []) add(index.byThing.get(word));
    }
  }
  const number = leaves.find(
    ({ name, value: leaf }) =>
      /^(input)?[_-]?line[_-]?(number|no|index)?$/i.test(name) && /^\d{1,9}$/.test(String(leaf)),
  );
  return { candidates, lineNumber: number && Number(number.value), reason: reasonOf(leaves, line) };
}

function reasonOf(leaves: Leaf[], line: string): string {
  const texts = (pattern: RegExp) =>
    leaves.flatMap(({ name, value }) => (pattern.test(name) && typeof value === 'string' ? [value] : []));
  const code = texts(/code$|^type$|^error$|^exception$/i)[0];
  const message = texts(/message$|^reason$|^cause$|^detail$/i)[0];
  const said = [code, message].filter((text) => text !== undefined).join(': ');
  // Control characters from outside must not reach a screen.
  return (said === '' ? line : said).replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, maxReason);
}

type Leaf = { name: string; value: string | number };

function* leavesOf(value: unknown, name: string, depth: number): Iterable<Leaf> {
  if (depth > 20) return;
  if (typeof value === 'number') yield { name, value };
  else if (typeof value === 'string') {
    const nested = value.startsWith('{') ? parse(value) : undefined;
    if (nested === undefined) yield { name, value };
    else yield* leavesOf(nested, name, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [child, item] of Object.entries(value))
      yield* leavesOf(item, Array.isArray(value) ? name : child, depth + 1);
  }
}

const thingOf = (arn: string) => /^arn:[^:]*:iot:[^:]*:[^:]*:thing\/([a-zA-Z0-9:_-]{1,128})$/.exec(arn)?.[1];
const certificateOf = (arn: string) =>
  /^arn:[^:]*:iot:[^:]*:[^:]*:cert\/([0-9a-fA-F]{64})$/.exec(arn)?.[1]?.toLowerCase();

function idOfPem(pem: string): string | undefined {
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const member = (value: unknown, name: string): unknown =>
  Object.hasOwn(object(value), name) ? object(value)[name] : undefined;
