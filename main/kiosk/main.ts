import { parseArgs } from 'node:util';
import { StationError } from '../../app/contract/errors.ts';
import type { HostOptions } from '../host.ts';
import { portNumber } from '../numbers.ts';
import { exitStation } from './closing.ts';
import { serveKiosk } from './serve.ts';

const usage = `Usage: kiosk [--data DIR] [--practice] [--listen PORT] [--no-open]

  --data DIR     the station's folder
  --practice     the practice line
  --listen PORT  the port on 127.0.0.1 (the one of the last time, or any free one, by default)
  --no-open      print the address only, open no browser`;

const exitUsage = 2;

type Arguments = { host: HostOptions; port: number; open: boolean };

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      practice: { type: 'boolean', default: false },
      listen: { type: 'string', default: '0' },
      'no-open': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const port = portNumber(values.listen, '--listen');
  const host: HostOptions = {
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(values.practice ? { practice: true } : {}),
  };
  return { host, port, open: !values['no-open'] };
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  await serveKiosk(args.host, args);
  process.exit(0);
}

main().catch((error: unknown) => {
  const isMistake = error instanceof StationError && error.code === 'call.badParams';
  const text = isMistake ? error.detail : error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const misused = isMistake || code.startsWith('ERR_PARSE_ARGS');
  const remedy = code === 'EADDRINUSE' ? ' Choose another port with --listen, or stop what listens there.' : '';
  process.stderr.write(`Birthmark cannot start: ${text}${remedy}\n${misused ? `${usage}\n` : ''}`);
  process.exit(misused ? exitUsage : exitStation);
});
