/**
 * The golden unit: a unit that has passed and is checked again before others are made. If it does not pass, the bench
 * is faulty.
 */
import { outcomeOf, StationError } from '../contract/errors.ts';
import { createPending } from './pending.ts';
import { goldenSteps, type Recipe } from './recipe.ts';
import { type AttemptStart, converse, handedOf, type RunOptions, type UnitResult } from './runner.ts';
import type { LineTools, UnitFacts, UnitJob } from './unit.ts';

export type Golden = { unitSerial: string; passedAt: string | null; due: boolean; dueInMs: number };

/** When the golden unit is due by this recipe and its last pass; `undefined` when the recipe names no golden unit. */
export function goldenOf({ goldenUnit }: Recipe, passedAt: string | null, now: Date): Golden | undefined {
  if (!goldenUnit) return undefined;
  const { unitSerial, everyHours } = goldenUnit;
  const dueInMs = passedAt === null ? 0 : Date.parse(passedAt) + everyHours * 3_600_000 - now.getTime();
  return { unitSerial, passedAt, due: dueInMs <= 0, dueInMs: Math.max(0, dueInMs) };
}

/**
 * Whether this is the golden unit.
 *
 * @throws `policy.interlock` – for another unit while the golden unit is due
 */
export function isGolden(golden: Golden | undefined, unitSerial: string): boolean {
  if (!golden) return false;
  if (golden.unitSerial === unitSerial) return true;
  if (!golden.due) return false;
  throw new StationError('policy.interlock', `the golden unit ${golden.unitSerial} is due first`, {
    data: { reason: 'goldenUnit', unitSerial: golden.unitSerial },
  });
}

/**
 * Begins a check of the golden unit (attempt 0).
 *
 * @throws `unit.notFound`; `recipe.outdated` – when the unit has no valid certificate
 */
export async function startGolden(job: UnitJob, recipe: Recipe, { ledger }: LineTools): Promise<AttemptStart> {
  const { unitSerial, slotId, actor, scanned } = job;
  const standing = await ledger.standing(unitSerial);
  if (!standing.certificate) {
    const detail = `the golden unit ${unitSerial} holds no valid certificate of this station: name another`;
    throw new StationError('recipe.outdated', detail, { data: { recipe: recipe.mark.name, unitSerial } });
  }
  const data = { slotId, driver: recipe.driver, recipe: recipe.mark, ...(scanned ? { scanned } : {}) };
  await ledger.journal({ unitSerial, attempt: 0, entry: 'golden.started', step: null, actor, data });
  return { attempt: 0, standing, recipe };
}

/**
 * Checks that the device is there, holds what the records say, and has the certificate's key. The journal gets the
 * result. Nothing is made, written, sealed or revoked. Expected failures do not reject.
 */
export async function runGolden(options: RunOptions): Promise<UnitResult> {
  const { job, start, tools } = options;
  const { unitSerial, actor } = job;
  const { certificate, csr } = start.standing;
  const facts: UnitFacts = {
    ...(certificate ? { certificate } : {}),
    ...(csr?.keyMark === undefined ? {} : { keyMark: csr.keyMark }),
  };
  // The journal gets only the end of this check, not its steps.
  const pending = createPending({ unitSerial, attempt: 0, actor }, tools);
  const {
    facts: _,
    failedIn,
    error,
    transcript,
    ...told
  } = await converse(options, { names: goldenSteps, pending, facts, golden: true });
  const outcome = error === undefined ? 'PASS' : outcomeOf(error.code);
  const failure =
    error === undefined ? {} : { error: error.toJSON(), ...(failedIn === undefined ? {} : { step: failedIn }) };
  await tools.ledger.endGolden({ unitSerial, actor, ms: told.ms, transcript, ...handedOf(actor, tools), ...failure });
  const certificateId = certificate?.certificateId ?? null;
  const ended = { ...told, callsHome: facts.identity?.callsHome ?? false };
  return { unitSerial, attempt: 0, outcome, certificateId, ...ended, ...(error === undefined ? {} : { error }) };
}
