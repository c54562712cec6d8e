/** Commands for people and checks: an engineer's work without a screen. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { StationError } from '../../app/contract/errors.ts';
import type { DoctorCheck } from '../../app/contract/model.ts';
import { doctorOutside, paths } from '../../app/station/index.ts';
import { pcChecks } from '../../native/pc/checks.ts';
import { lookUpPlace } from '../../native/pc/datafolder.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { readHistory } from '../backup/history.ts';
import { systemClock } from '../clock.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { addOrders } from './orders.ts';
import { addPeople } from './people.ts';
import { addSettings } from './settings.ts';

export function addAdmin(program: Command): void {
  addPeople(program.command('people').description('people who may use the station'));
  addOrders(program.command('orders').alias('order').description('orders: the units to be made'));
  addSettings(program.command('station').description("the station's settings"));

  withRights(withStation(program.command('doctor')))
    .description('run the health checks; each failed check has a remedy. Beside a running station it says what it can')
    .action((options: CommonOptions) =>
      inStation(
        options,
        { ca: false, outside: async (dir, why) => told(options, await lookFromOutside(dir, why)) },
        async ({ client }) => told(options, await client.call('station.doctor', {})),
      ),
    );
}

function told(options: CommonOptions, checks: DoctorCheck[]): number {
  print(options, checks, () =>
    checks
      .map(
        ({ name, ok, detail, remedy }) => `${ok ? 'ok ' : 'BAD'} ${name}: ${detail}${remedy ? `\n    ${remedy}` : ''}`,
      )
      .join('\n'),
  );
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** A folder without a station is refused: there is nothing to say of it. */
async function lookFromOutside(dir: string, why: StationError): Promise<DoctorCheck[]> {
  if (why.code === 'records.notStation' && !existsSync(paths(dir).config)) throw why;
  return doctorOutside({
    ...{ dir, why, clock: systemClock, pcChecks },
    problemsIn: async () => {
      const sql = openSqlite(paths(dir).records, { readOnly: true });
      try {
        return sql.column<string>('PRAGMA integrity_check').filter((line) => line !== 'ok');
      } finally {
        sql.close();
      }
    },
    history: readHistory(dir),
    place: await lookUpPlace(dir),
  });
}
