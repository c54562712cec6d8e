import { hash } from 'node:crypto';
import { createIdTable, createNameTable, createNumbers } from './nametable.ts';

/** The names of a batch member in AWS's reports. Its place in the list is its line (1-based) in the input file. */
export type ReconcileMember = { thingName: string; certificateId: string };

/** `line` counts from 1, as in the batch's file. */
export type MemberResult = { line: number } & (
  | { state: 'registered'; thingName: string }
  | { state: 'rejected'; reason: string }
  | { state: 'unaccounted' }
);

export type ReconcileCounts = {
  registered: number;
  rejected: number;
  unaccounted: number;
  /** Report lines that fit no member, or that contradict one. */
  strays: number;
};
type Reconciliation = ReconcileCounts & {
  /** One result for each member that `settled` has not told, in their order. */
  results(): Iterable<MemberResult>;
};

export type Reconciler = {
  /** Adds the member of the next line. All members come before the reports. */
  member(member: ReconcileMember): void;
  error(line: string): void;
  result(line: string): void;
  /**
   * Tells results that no later line of RESULTS changes, each once: the registered members of a page (`resultsAPage`) of
   * which each member is in a report. All errors come before it.
   */
  settled(): Iterable<readonly MemberResult[]>;
  finish(): Reconciliation;
};

/** Whole statements of the log, as `candidatePage` has them: the results come in the order of the lines. */
export const resultsAPage = 512;
const maxReason = 1000;
const maxPem = 65_536;
/** Of each member there is one number: 0 for no result, one of the first two, or the place of its reason, counted from 3. */
const [registered, registeredAndTold, rejected] = [1, 2, 3];

/**
 * Compares the reports of a task with the members of its batch. A member is registered only on a RESULTS line that
 * names its certificate or its thing and nothing else. AWS does not document the ERRORS layout, so any mention counts
 * there: certificate id, PEM, thing name, ARN, and last a line number. Members that neither report names stay
 * unaccounted. A million members take about 70 MB.
 */
export function createReconciler(): Reconciler {
  const [certificates, things] = [createIdTable(), createNameTable()];
  const index: Index = { byCertificate: certificates.find, byThing: things.find };
  const reasons = createReasons();
  let count = 0;
  const states = createNumbers();
  const isRegistered = (member: number) => states.at(member) === registered || states.at(member) === registeredAndTold;
  /** Of each page, how many of its members are in a report; and the pages of which all are, that are not told yet. */
  const namedOf = createNumbers();
  let whole: number[] = [];
  const put = (member: number, state: number) => {
    const isNew = states.at(member) === 0;
    states.set(member, state);
    if (!isNew) return;
    const page = Math.floor(member / resultsAPage);
    const named = namedOf.at(page) + 1;
    namedOf.set(page, named);
    if (named === Math.min(resultsAPage, count - page * resultsAPage)) whole.push(page);
  };
  /** Line numbers, and for each the place of its reason. */
  let numbered: { line: number; reason: number }[] = [];
  const counts = { registered: 0, rejected: 0, strays: 0 };
  const reject = (member: number | undefined, reason: number) => {
    if (member === undefined || member >= count || isRegistered(member)) counts.strays += 1;
    else if (states.at(member) < rejected) {
      put(member, rejected + reason);
      counts.rejected += 1;
    }
  };
  const rejectNumbered = () => {
    // AWS does not say whether it counts from 0 or from 1. A line 0 settles it.
    const base = numbered.some(({ line }) => line === 0) ? 0 : 1;
    for (const { line, reason } of numbered) reject(line - base, reason);
    numbered = [];
  };
  const registeredAt = (at: number): MemberResult => ({ line: at + 1, state: 'registered', thingName: things.at(at) });

  return {
    member: ({ thingName, certificateId }) => {
      certificates.add(certificateId);
      things.add(thingName);
      count += 1;
    },
    result: (line) => {
      if (line.trim() === '') return;
      const found = readResult(line);
      const named = found && [...found.certificateIds.map(index.byCertificate), ...found.thingNames.map(index.byThing)];
      const [member] = named ?? [];
      if (!found || member === undefined || named?.some((other) => other !== member)) counts.strays += 1;
      else if (isRegistered(member)) counts.strays += 1;
      else {
        if (states.at(member) >= rejected) {
          counts.strays += 1;
          counts.rejected -= 1;
        }
        put(member, registered);
        counts.registered += 1;
      }
    },
    error: (line) => {
      if (line.trim() === '') return;
      const { candidates, lineNumber, reason } = readError(line, index);
      if (candidates.size === 0 && lineNumber !== undefined)
        numbered.push({ line: lineNumber, reason: reasons.keep(reason) });
      else reject(candidates.size === 1 ? [...candidates][0] : undefined, reasons.keep(reason));
    },
    *settled() {
      rejectNumbered();
      const pages = whole;
      whole = [];
      for (const page of pages) {
        const results: MemberResult[] = [];
        for (let at = page * resultsAPage; at < Math.min(count, (page + 1) * resultsAPage); at += 1)
          if (states.at(at) === registered) {
            states.set(at, registeredAndTold);
            results.push(registeredAt(at));
          }
        if (results.length > 0) yield results;
      }
    },
    finish: () => {
      rejectNumbered();
      return {
        *results() {
          for (let at = 0; at < count; at += 1) {
            const state = states.at(at);
            if (state === registered) yield registeredAt(at);
            else if (state >= rejected)
              yield { line: at + 1, state: 'rejected', reason: reasons.text(state - rejected) };
            else if (state === 0) yield { line: at + 1, state: 'unaccounted' };
          }
        },
        ...counts,
        unaccounted: count - counts.registered - counts.rejected,
      };
    },
  };
}

/** Characters that reasons may take together at their full length. Later new ones are cut, so that memory stays bounded. */
const roomForReasons = 32 * 1024 * 1024;
const cutReason = 60;

/** Reasons, each text once: a task that fails for one cause says the same a million times. */
function createReasons() {
  const texts: string[] = [];
  const places = new Map<string, number>();
  let room = roomForReasons;
  return {
    keep(reason: string): number {
      const isWhole = room > 0 || reason.length <= cutReason || places.has(reason);
      const text = isWhole ? reason : `${reason.slice(0, cutReason)}…`;
      const known = places.get(text);
      if (known !== undefined) return known;
      // A text of its own: a slice would keep the whole line of the report in memory.
      const own = Buffer.from(text).toString();
      room -= own.length;
      texts.push(own);
      places.set(own, texts.length - 1);
      return texts.length - 1;
    },
    text: (place: number) => texts[place]!,
  };
}

/**
 * RESULTS: `{"response":{"CertificatePem":"…","ResourceArns":{"<logical name>":"arn:…"}}}`. Other members are ignored.
 */
function readResult(line: string): { certificateIds: string[]; thingNames: string[] } | undefined {
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
  return { certificateIds, thingNames: [thingName] };
}

type Find = (name: string) => number | undefined;
type Index = { byCertificate: Find; byThing: Find };

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
    for (const id of leaf.match(/\b[0-9a-fA-F]{64}\b/g) ?? []) add(index.byCertificate(id.toLowerCase()));
    // No certificate is longer, and a hostile line must not cost more than its length.
    for (const pem of leaf
      .slice(0, maxPem)
      .match(/-----BEGIN CERTIFICATE-----[\s\S]{1,8192}?-----END CERTIFICATE-----/g) ?? []) {
      add(index.byCertificate(idOfPem(pem) ?? ''));
    }
    for (const [, thing = ''] of leaf.matchAll(/:thing\/([a-zA-Z0-9:_-]{1,128})/g)) add(index.byThing(thing));
    add(index.byThing(leaf));
  }
  // Used only when nothing names a member outright: a thing's name as a word of a text.
  if (candidates.size === 0) {
    for (const { value: leaf } of leaves) {
      if (typeof leaf === 'string') for (const word of leaf.match(/[a-zA-Z0-9:_-]+/g) ?? []) add(index.byThing(word));
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

const [beginsPem, endsPem] = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'];
const maxBody = 8192;

/** The certificate's id: SHA-256 of its DER. What is no certificate gets an id that no member has. */
function idOfPem(pem: string): string | undefined {
  const body = bodyOfPem(pem);
  return body === undefined ? undefined : hash('sha256', Buffer.from(body, 'base64'), 'hex');
}

/** Usually the text is a PEM and nothing else. To look for it by a pattern takes as long as to hash it. */
function bodyOfPem(pem: string): string | undefined {
  const from = beginsPem.length;
  const end = pem.startsWith(beginsPem) ? pem.indexOf(endsPem, from + 1) : -1;
  if (end > from && end <= from + maxBody) return pem.slice(from, end);
  return /-----BEGIN CERTIFICATE-----([\s\S]{1,8192}?)-----END CERTIFICATE-----/.exec(pem.slice(0, maxPem))?.[1];
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
