/** The watch of first connections: who is waited for, what AWS says, and who is overdue. */
import type { Clock } from '../../contract/clock.ts';
import type { ConnectionsSnapshot, RecipeMark } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { Log } from '../log.ts';
import type { Recipes } from '../recipes/recipes.ts';
import { createConnectionChecks } from './check.ts';
import { expectedOf, placesOf } from './expecting.ts';
import { createTargetWatch, type TargetWatch } from './targetwatch.ts';

type Tools = {
  ledger: Ledger;
  clock: Clock;
  log: Log;
  cloudLink: CloudLink;
  recipes: Pick<Recipes, 'fileOf' | 'list'>;
  onChange: (event: 'connections.changed') => void;
};
export type ConnectionWatch = ReturnType<typeof createConnectionWatch>;

const everyMs = 60_000;
const overdueAtOnce = 200;

/** Watches nothing before `start`: a command looks only when it is asked to. */
export function createConnectionWatch({ ledger, clock, log, cloudLink, recipes, ...tools }: Tools) {
  const onChange = () => tools.onChange('connections.changed');
  const watches = new Map<string, TargetWatch>();
  let isStarted = false;
  let isClosed = false;
  let isWanted = false;
  let isWorking = false;
  let working = Promise.resolve();
  let stopTimer: (() => void) | undefined;

  /** Units that passed since the last time, and units whose time is over. */
  const enrol = async (): Promise<void> => {
    const rules = new Map<string, ReturnType<Recipes['fileOf']>>();
    const ruleOf = (recipe: Pick<RecipeMark, 'name' | 'version'>) => {
      const key = `${recipe.name} ${recipe.version}`;
      const known = rules.get(key) ?? recipes.fileOf(recipe);
      rules.set(key, known);
      return known;
    };
    for (;;) {
      const { passes, upTo } = await ledger.newPasses();
      if (upTo === null || isClosed) break;
      const rows = await Promise.all(
        passes.map(async (pass) => {
          const rule = pass.recipe && (await ruleOf(pass.recipe));
          return rule ? expectedOf(pass, rule) : [];
        }),
      );
      await ledger.expectConnections({ expected: rows.flat(), upTo });
      if (rows.flat().length > 0) onChange();
    }
    while (!isClosed && (await ledger.markOverdue({ limit: overdueAtOnce })) > 0) onChange();
  };

  /** A target is watched while a unit has to connect to it, with the settings that it has now. */
  const follow = async (): Promise<void> => {
    const wanted = await ledger.watchedTargets({ targets: cloudLink.targets().map(({ name }) => name) });
    for (const [name, watch] of watches) {
      if (wanted.some(({ target }) => target === name) && cloudLink.target(name) === watch.target) continue;
      watches.delete(name);
      await watch.close();
    }
    for (const { target: name } of wanted) {
      const target = cloudLink.target(name);
      if (isClosed || !target || watches.has(name)) continue;
      const cloud = await cloudLink.cloud(name);
      watches.set(name, createTargetWatch({ ledger, clock, log, target, cloud, onChange }));
    }
  };

  const work = async () => {
    while (isWanted && !isClosed) {
      isWanted = false;
      await enrol();
      await follow();
    }
  };

  function wake(): void {
    isWanted = true;
    if (!isStarted || isClosed || isWorking) return;
    isWorking = true;
    working = work()
      .catch((thrown: unknown) => log.warn({ err: thrown }, 'first connections are not watched'))
      .finally(() => {
        isWorking = false;
        stopTimer?.();
        if (!isClosed) stopTimer = clock.after(everyMs, wake);
        if (isWanted) wake();
      });
  }

  const checks = createConnectionChecks({ ledger, clock, cloudLink, enrol, onChange });

  return {
    ...{ wake, checks, enrol },
    start(): void {
      isStarted = true;
      wake();
    },
    /** The network or the settings may have changed: looks at once. */
    look(): void {
      wake();
      for (const watch of watches.values()) watch.look();
    },
    async snapshot(): Promise<Omit<ConnectionsSnapshot, 'seq'>> {
      const counts = await ledger.connectionCounts();
      return {
        ...counts,
        watches: [...watches.values()].map((watch) => watch.view()),
        check: checks.last(),
        lacks: counts.orders.length > 0 ? null : await lacks(),
      };
    },
    async close(): Promise<void> {
      isClosed = true;
      stopTimer?.();
      await checks.close();
      await Promise.all([working, ...[...watches.values()].map((watch) => watch.close())]);
    },
  };

  async function lacks(): Promise<ConnectionsSnapshot['lacks']> {
    if (cloudLink.targets().length === 0) return 'target';
    const inUse = (await recipes.list()).filter(({ state }) => state === 'approved');
    const files = await Promise.all(inUse.map(({ name, version }) => recipes.fileOf({ name, version })));
    return files.some((file) => file && placesOf(file).length > 0) ? null : 'recipe';
  }
}
