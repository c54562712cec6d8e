/** `witness`: a witness for the logs of other stations, in a folder of its own. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { systemClock } from '../clock.ts';
import { lockFolder } from '../threads/lock.ts';
import { addLog, makeWitness, openWitness } from '../witness/store.ts';
import { conclude, note, print } from './command.ts';

type Options = { data: string; json?: boolean };

const withFolder = (command: Command): Command =>
  command
    .requiredOption('--data <dir>', 'the folder of the witness')
    .option('--json', 'print one JSON value on stdout and nothing else there');

/** Adds `witness init`, `add`, `list` and `serve`. */
export function addWitness(program: Command): void {
  const witness = program.command('witness').description('cosign checkpoints of other stations that only grew');

  withFolder(witness.command('init'))
    .description('make a witness in an empty or new folder; prints the key that stations need')
    .requiredOption('--name <name>', 'what it is called: best its address without https://')
    .action((options: Options & { name: string }) =>
      conclude(options, async () => {
        const { name, key } = await makeWitness(resolve(options.data), options.name);
        print(options, { name, key }, () => key);
        return 0;
      }),
    );

  withFolder(witness.command('add').argument('<key>', "the key of the station's log (name+id+key)"))
    .description('let the witness know a log; while it serves, too')
    .option('--restored', 'the station was restored from a backup: its log begins once more, under this key')
    .action((key: string, options: Options & { restored?: boolean }) =>
      conclude(options, async () => {
        const dir = resolve(options.data);
        const store = await openWitness(dir);
        // Nothing is to be cosigned while a log begins once more.
        const lock = options.restored ? await lockFolder(dir, 'command', { waitMs: 0 }) : undefined;
        try {
          const origin = await addLog(store, key, options.restored ?? false);
          print(options, { origin }, () => `${origin} is known`);
          return 0;
        } finally {
          lock?.release();
        }
      }),
    );

  withFolder(witness.command('list'))
    .description('list the logs that the witness knows, and what it cosigned last')
    .action((options: Options) =>
      conclude(options, async () => {
        const { name, key, logs } = await openWitness(resolve(options.data));
        const rows = (await logs()).map(({ origin, latest }) => ({
          ...{ origin, size: latest?.size ?? null, root: latest?.root ?? null },
        }));
        print(options, { name, key, logs: rows }, () =>
          [
            key,
            ...rows.map(({ origin, size }) => `${origin}  ${size === null ? 'nothing yet' : `${size} leaves`}`),
          ].join('\n'),
        );
        return 0;
      }),
    );

  withFolder(witness.command('serve'))
    .description('answer stations over HTTP until stopped; prints the address and the key')
    .requiredOption(
      '--listen <port>',
      'port on 127.0.0.1, or HOST:PORT; put a proxy with TLS before it outside the plant',
    )
    .action((options: Options & { listen: string }) =>
      conclude(options, async () => {
        const { host, port } = placeOf(options.listen);
        const dir = resolve(options.data);
        const lock = await lockFolder(dir, 'host', { waitMs: 0 });
        try {
          const store = await openWitness(dir);
          const [{ createWitness }, { serveWitness }] = await Promise.all([
            import('../witness/witness.ts'),
            import('../witness/server.ts'),
          ]);
          const onError = (thrown: unknown) => note(thrown instanceof StationError ? thrown.detail : String(thrown));
          const server = await serveWitness(
            createWitness(store, () => systemClock.now()),
            { host, port, onError },
          ).catch((cause: NodeJS.ErrnoException) => {
            throw new StationError('call.badParams', `cannot listen on ${options.listen} (${cause.code})`, { cause });
          });
          print(options, { url: server.url, key: store.key }, () => `${server.url}\n${store.key}`);
          await stopped();
          await server.close();
          return 0;
        } finally {
          lock.release();
        }
      }),
    );
}

function placeOf(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new StationError('call.badParams', `--listen: "${text}" is neither a port nor HOST:PORT`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
