/** Recipes, rework and conversations as a station answers them. */
import {
  type RecipeView,
  StationError,
  sentence,
  type Transcript,
  type TranscriptRow,
  type UnitHistory,
} from '../../app/contract/index.ts';
import { issueSaid } from '../../app/contract/issues.ts';
import { recipeFile } from '../../app/contract/model.ts';
import type { Fake } from './fake.ts';
import { now, people, storyOf } from './fixtures.ts';

const text = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const sense = {
  name: 'sense-2',
  model: 'SENSE-2',
  driver: 'nrf91',
  settings: { secTag: 16842753 },
  profile: 'aws-iot-device',
  config: { endpoint: 'a1b2c3-ats.iot.eu-central-1.amazonaws.com', thingName: '{unitSerial}' },
  seal: false,
  retries: 1,
  timeLimitSeconds: 120,
  usb: [{ vendorId: '1366', productId: '1051' }],
  continuous: true,
  goldenUnit: { unitSerial: 'BM-26-0001', everyHours: 8 },
};
export const draftText = text({ ...sense, retries: 2, timeLimitSeconds: 90 });

const view = (
  value: { name: string },
  version: number,
  state: RecipeView['state'],
  hash: string,
  problems: RecipeView['problems'] = [],
): RecipeView => {
  const { model, driver, profile } = recipeFile.parse(value);
  const approved = state !== 'draft';
  return {
    name: value.name,
    version,
    state,
    hash,
    model,
    driver,
    profile,
    text: text(value),
    problems,
    madeBy: people.engineer.name,
    madeAt: now,
    approvedBy: approved ? people.engineer.name : null,
    approvedAt: approved ? now : null,
    fromPlant: false,
  };
};

export const firstRecipes = (): RecipeView[] => [
  view({ ...sense, retries: 0 } as typeof sense, 2, 'replaced', '1b7d03fe'),
  view(sense, 3, 'approved', '9f2c41ab'),
  view(JSON.parse(draftText) as typeof sense, 4, 'draft', 'c40d9e12'),
  view(
    { name: 'gate-1', model: 'GATE-1', driver: 'zephyr', profile: 'old-sensor' } as never,
    1,
    'approved',
    '77aa0b1c',
    [{ path: 'profile', ...sentence('asItIs', { text: 'old-sensor was changed since this version was approved' }) }],
  ),
];

function check(written: string): RecipeView['problems'] {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return [{ path: '', ...sentence('notReadable') }];
  }
  const parsed = recipeFile.safeParse(value);
  if (!parsed.success) return parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), ...issueSaid(issue) }));
  return parsed.data.driver === 'nrf92'
    ? [{ path: 'driver', ...sentence('noDriver', { driver: 'nrf92', drivers: 'agent, nrf91' }) }]
    : [];
}

/** Attempt 0: the golden unit was looked at again. */
const row = (attempt: number, startedAt = now): TranscriptRow => ({
  attempt,
  startedAt,
  driver: 'nrf91',
  bytes: attempt === 2 ? 48_213 : 1204,
  truncated: attempt === 2,
});

const later = '2026-11-20T21:00:00.000Z';

/** As an nRF91 talks: commands, answers, log noise and bytes that are no text. */
export function transcriptOf(unitSerial: string, attempt: number, count = 4000): Transcript {
  const talk = [
    ['out', 'AT+CGSN\\r\\n'],
    ['in', '351358811124723\\r\\n'],
    ['in', 'OK\\r\\n'],
    ['in', '[00:00:04.231,201] <inf> modem: \\x1b[0mSIM ready, waiting for network registration (CEREG=2)'],
    ['out', 'AT%CMNG=1,16842753\\r\\n'],
    ['in', '%CMNG: 16842753,1,"9B1F4E77A0C2D5E6F8091A2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E6F"\\r\\n'],
    ['out', 'AT%KEYGEN=16842753,2,0,"CN=BM-26-4102"\\r\\n'],
    [
      'in',
      '%KEYGEN: "MIIBCjCBrwIBADAvMS0wKwYDVQQDDCQ1MDMwMzQ3NC0zOTMwLTQ4NWEtODA0OS0wYjFjNGY1YTZkN2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATuXq2nlSYwBAz3kWgEDyQKYcS1MDPXNxGYc8RZyo7z2zM3rl9Cz1Eu5oG4v.0oRDGhASagWEECBVggXcBRUxk4XcBRUxk4"\\r\\n',
    ],
  ] as const;
  const lines = Array.from({ length: count }, (_, index) => {
    const [dir, said] = talk[index % talk.length] ?? ['in', ''];
    const ms = index * 17.25;
    if (index === count - 1) return { ms, dir, text: 'ERROR the last line\\r\\n' };
    if (index === 12) return { ms, dir: 'in' as const, text: '', lost: true as const };
    return { ms, dir, text: said, ...(index === 10 ? { leftOut: 2048 } : {}) };
  });
  return { ...row(attempt), unitSerial, lines };
}

/** A unit that was the golden one, came back for another key, and has three certificates on record. */
export function reworkedStory(unitSerial: string): UnitHistory {
  const story = storyOf(unitSerial);
  const [first] = story.certificates;
  const last = story.journal.at(-1);
  if (!first || !last) throw new Error('the fixture has a certificate and a journal');
  const at = (minute: number) => new Date(Date.parse(now) + minute * 60_000).toISOString();
  const entry = (minute: number, attempt: number, name: string, data: Record<string, unknown> = {}) => ({
    ...last,
    entryId: last.entryId + minute,
    at: at(minute),
    attempt,
    entry: name,
    data,
  });
  const { serialHex } = first;
  const certificate = (serial: string, minute: number, state: 'void' | 'issued') => ({
    ...first,
    serialHex: serial,
    state,
    reservedAt: at(minute),
    issuedAt: state === 'void' ? null : at(minute),
    pem: state === 'void' ? null : first.pem,
  });
  return {
    ...story,
    state: 'passed',
    attempts: 3,
    journal: [
      ...story.journal,
      entry(10, 0, 'golden.passed'),
      entry(20, 0, 'golden.failed', { error: { code: 'link.lost', detail: '' }, step: 'identify' }),
      entry(30, 2, 'unit.reworked', { serialHex, reason: 'antenna replaced', agreedBy: people.qa.name }),
      entry(40, 3, 'attempt.started', { recipe: { name: 'standard', version: 0, hash: '00ff00ff' } }),
      // Of another version.
      entry(45, 3, 'unit.blessed', { by: 'a later version' }),
      entry(50, 3, 'attempt.ended', { outcome: 'PASS' }),
    ],
    certificates: [
      { ...first, state: 'revoked', supersededBy: '22'.repeat(16) },
      certificate('11'.repeat(16), 41, 'void'),
      { ...certificate('22'.repeat(16), 42, 'issued'), supersedes: serialHex },
    ],
  };
}

/** What the methods of the line answer. */
export function lineAnswers(fake: Fake): Record<string, (params: never) => unknown> {
  const named = (name: string, version: number) => {
    const found = fake.recipes.find((one) => one.name === name && one.version === version);
    if (!found) throw new StationError('recipe.notFound', `${name} ${version}`);
    return found;
  };
  const second = ({ second: { badge, pin } }: { second: { badge: string; pin: string } }) => {
    const person = Object.values(people).find((candidate) => candidate.badge === badge);
    if (!person || person.role === 'operator') throw new StationError('session.secondPerson', 'QA or an engineer');
    if (pin !== '1234') throw new StationError('session.wrongPin', '');
    return {};
  };
  return {
    'recipes.list': () => fake.recipes,
    'recipes.check': ({ text: written }: { text: string }) => ({ problems: check(written), warnings: [] }),
    'recipes.checkInAws': ({ target }: { target: string }) => ({
      target,
      problems: [
        {
          ...{ path: 'provisioning.way', line: 6, ...sentence('caNoTemplate') },
          remedy: sentence('runCommand', {
            command: 'birthmark cloud ca set-template "Line CA" --target main --template jit',
          }),
        },
      ],
      warnings: [],
      found: [sentence('caFoundAuto', { status: 'ACTIVE', mode: 'DEFAULT' })],
    }),
    'recipes.save': ({ text: written }: { text: string }) => {
      const [problem] = check(written);
      if (problem) throw new StationError('recipe.invalid', problem.message);
      const value = JSON.parse(written) as { name: string };
      const version =
        1 + Math.max(0, ...fake.recipes.filter(({ name }) => name === value.name).map((one) => one.version));
      const made = { ...view(value, version, 'draft', '0d15ea5e'), text: written };
      fake.recipes.push(made);
      return made;
    },
    'recipes.approve': ({ name, version }: { name: string; version: number }) => {
      for (const one of fake.recipes) if (one.name === name && one.state === 'approved') one.state = 'replaced';
      return Object.assign(named(name, version), {
        state: 'approved',
        problems: [],
        approvedBy: people.engineer.name,
        approvedAt: now,
      });
    },
    'recipes.retire': ({ name }: { name: string }) => {
      for (const one of fake.recipes) if (one.name === name && one.state !== 'draft') one.state = 'retired';
    },
    'units.rework': second,
    'units.scrap': second,
    'units.transcripts': () => [row(1), row(2), row(0, later), row(0, '2026-11-21T06:00:00.000Z')],
    'units.transcript': (asked: { unitSerial: string; attempt: number; startedAt?: string }) => {
      const { unitSerial, attempt, startedAt = now } = asked;
      if (attempt > 2) throw new StationError('unit.noTranscript', `${unitSerial}, attempt ${attempt}`);
      return { ...transcriptOf(unitSerial, attempt), startedAt };
    },
  };
}
