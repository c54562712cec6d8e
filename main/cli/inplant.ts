/** What the commands of those who keep the plant share: the address from its file, and a connection for one command. */
import type { Command } from 'commander';
import type { z } from 'zod';
import { StationError } from '../../app/contract/errors.ts';
import { firstIssue } from '../../app/contract/issues.ts';
import type { PlantSql } from '../../app/plant/index.ts';
import { openPlant } from '../plant/postgres.ts';
import { conclude } from './command.ts';
import { textFrom } from './givenfile.ts';

export type PlantOptions = { urlFile: string; json?: boolean };

/** @throws call.badParams – names the field */
export function valid<T>(schema: z.ZodType<T>, given: unknown): T {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  const { path, detail } = firstIssue(error.issues);
  throw new StationError('call.badParams', detail, { data: { path } });
}

/** A command that speaks to the plant. */
export const withUrl = (command: Command): Command =>
  command
    .requiredOption('--url-file <file>', 'file with postgresql://USER:PASSWORD@HOST:PORT/DATABASE')
    .option('--json', 'print one JSON value on stdout and nothing else there');

/** The address in a file. @throws call.badParams */
export const urlIn = async (file: string): Promise<string> => (await textFrom(file)).trim();

/** Runs the body of a command with a connection to the plant. */
export const inPlant = (options: PlantOptions, body: (sql: PlantSql, url: string) => Promise<void>): Promise<void> =>
  conclude(options, async () => {
    const url = await urlIn(options.urlFile);
    const sql = await openPlant(url);
    await body(sql, url).finally(() => sql.close());
    return 0;
  });
