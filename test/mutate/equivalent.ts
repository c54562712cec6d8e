/** Mutations that change nothing a test could see. They are left out of the count and printed with their reason. */
import type { Mutant } from './mutants.ts';

export type Equivalent = {
  file: string;
  /** The changed lines as they are, and as they become, as the report prints them. */
  before: string;
  after: string;
  reason: string;
};

const plugins = 'the two know nothing of each other until a request comes';
const streams = 'each of the three gets the listener';

const growth = 'how fast the buffer grows changes no byte of it';
const aggregate = 'a count always has its one row: the fallback is for the types';

export const equivalents: readonly Equivalent[] = [
  {
    file: 'app/ca/keyfiles/keycore.ts',
    before: "if (modulus < 2n) throw new DerError('no modulus');",
    after: "if (modulus < 1n) throw new DerError('no modulus');",
    reason: 'a modulus of 1 has no inverse either, and the next line but one says so',
  },
  {
    file: 'app/ca/keyfiles/keycore.ts',
    before: "if (modulus < 2n) throw new DerError('no modulus');",
    after: "if (modulus < 3n) throw new DerError('no modulus');",
    reason: 'a modulus of 2 comes from the prime 3, which no key of 2048 bits has',
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 2, headBytes + bytes.length)));',
    after: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 3, headBytes + bytes.length)));',
    reason: growth,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 2, headBytes + bytes.length)));',
    after: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 1, headBytes + bytes.length)));',
    reason: growth,
  },
  {
    file: 'app/records/certificates/crls.ts',
    before: ')?.count ?? 0;',
    after: ')?.count ?? 1;',
    reason: aggregate,
  },
  {
    file: 'app/records/certificates/crls.ts',
    before: ')?.count ?? 0;',
    after: ')?.count ?? (-1);',
    reason: aggregate,
  },
  {
    file: 'app/issuing/rules/rules.ts',
    before: 'if (serialFrom === null || serialTo === null || inRange(unitSerial, serialFrom, serialTo)) return undefined;',
    after: 'if ((serialFrom === null && serialTo === null) || inRange(unitSerial, serialFrom, serialTo)) return undefined;',
    reason: 'the schema keeps both or neither',
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'reply.hijack();',
    after: ';',
    reason: 'once the head is written Fastify sends nothing of its own; the call tells the reader so',
  },
  {
    file: 'main/kiosk/memory.ts',
    before: 'if (text === undefined) return undefined;',
    after: ';',
    reason: 'what is no text is no JSON either, and the next lines give the same',
  },
  {
    file: 'main/kiosk/main.ts',
    before: "const code = error instanceof Error && 'code' in error ? String(error.code) : '';",
    after: "const code = (error instanceof Error || 'code' in error) ? String(error.code) : '';",
    reason: 'an error without a code then has the code "undefined", which means nothing either',
  },
  {
    file: 'main/kiosk/server.ts',
    before:
      'await server.register(fastifyCookie); await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });',
    after:
      'await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false }); await server.register(fastifyCookie);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'takeOnlyJson(server); serveScreens(server, assetsDir);',
    after: 'serveScreens(server, assetsDir); takeOnlyJson(server);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'serveScreens(server, assetsDir); serveNotices(server);',
    after: 'serveNotices(server); serveScreens(server, assetsDir);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'const ends = isTurn ? [page.hold(), page.turn()] : [page.hold()];',
    after: 'const ends = isTurn ? [page.turn(), page.hold()] : [page.hold()];',
    reason: 'both are called before anything else can run',
  },
  {
    file: 'main/kiosk/closing.ts',
    before: "for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});",
    after: "for (const stream of [process.stderr, process.stdout, process.stdin]) stream.on('error', () => {});",
    reason: streams,
  },
  {
    file: 'main/kiosk/closing.ts',
    before: "for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});",
    after: "for (const stream of [process.stdout, process.stdin, process.stderr]) stream.on('error', () => {});",
    reason: streams,
  },
];

export const reasonFor = (mutant: Mutant, list = equivalents): string | undefined =>
  list.find(({ file, before, after }) => mutant.file === file && mutant.before === before && mutant.after === after)
    ?.reason;
