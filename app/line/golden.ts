/** The golden unit: one that has passed, looked at again before others are made. A bench that cannot pass it is sick. */
import { outcomeOf, StationError } from '../contract/errors.ts';
import { createNotes } from './pending.ts';
import { goldenSteps, type Recipe } from './recipe.ts';
import { type AttemptStart, converse, type RunOptions, type UnitResult } from './runner.ts';
import type { LineTools, UnitFacts, UnitJob } from './unit.ts';

export type Golden = { unitSerial: string; passedAt: string | null; due: boolean; dueInMs: number };

/** What the recipe asks for, by when it last passed; `undefined` where the recipe names no golden unit. */
export function goldenOf({ goldenUnit }: Recipe, passedAt: string | null, now: Date): Golden | undefined {
  if (!goldenUnit) return undefined;
  const { unitSerial, everyHours } = goldenUnit;
  const dueInMs = passedAt === null ? 0 : Date.parse(passedAt) + everyHours * 3_600_000 - now.getTime();
  return { unitSerial, passedAt, due: dueInMs <= 0, dueInMs: Math.max(0, dueInMs) };
}

/** Whether this is the golden unit's turn. Throws `policy.interlock` for another unit while the golden one is due. */
export function isGolden(golden: Golden | undefined, unitSerial: string): boolean {
  if (!golden) return false;
  if (golden.unitSerial === unitSerial) return true;
  if (!golden.due) return false;
  throw new StationError('policy.interlock', `the golden unit ${golden.unitSerial} is due first`, {
    data: { reason: 'goldenUnit', unitSerial: golden.unitSerial },
  });
}

/** Attempt 0: nothing is made. Refuses `unit.notFound`, and `recipe.outdated` for a unit without a valid certificate. */
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
 * That it is there, holds what the records say, and its key answers. The journal has the result; nothing is made, written,
 * sealed or revoked. Never rejects for an expected failure.
 */
export async function runGolden(options: RunOptions): Promise<UnitResult> {
  const { job, start, tools } = options;
  const { unitSerial, actor } = job;
  const { certificate, csr } = start.standing;
  const facts: UnitFacts = {
    ...(certificate ? { certificate: { ...certificate, reused: true } } : {}),
    ...(csr?.keyMark === undefined ? {} : { keyMark: csr.keyMark }),
  };
  // Nothing is noted of it: its journal has only how it ended.
  const notes = createNotes({ unitSerial, attempt: 0, actor }, tools);
  const {
    facts: _,
    failedIn,
    error,
    transcript,
    ...told
  } = await converse(options, { names: goldenSteps, notes, facts, golden: true });
  const outcome = error === undefined ? 'PASS' : outcomeOf(error.code);
  const entry = outcome === 'PASS' ? 'golden.passed' : 'golden.failed';
  const data = error === undefined ? {} : { error: error.toJSON(), step: failedIn };
  const entered = { unitSerial, attempt: 0, entry, step: null, actor, ms: told.ms, data };
  await tools.ledger.journal({ ...entered, transcript });
  const certificateId = certificate?.certificateId ?? null;
  return { unitSerial, attempt: 0, outcome, certificateId, ...told, ...(error === undefined ? {} : { error }) };
}
