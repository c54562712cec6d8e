import type { Command } from 'commander';
import { portNumber } from '../numbers.ts';
import { conclude } from './command.ts';

type ServeOptions = { data?: string; practice?: boolean; listen: string };

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the screens to a browser on this machine; prints the address and runs until stopped')
    .option('--data <dir>', "the station's data folder")
    .option('--practice', 'the practice line')
    .option('--listen <port>', 'port on 127.0.0.1 (default: the last used one, or a free one)', '0')
    .action((options: ServeOptions) =>
      conclude({}, async () => {
        // Loaded late, because a web server is larger than most commands.
        const { serveKiosk } = await import('../kiosk/serve.ts');
        await serveKiosk(
          { dataDir: options.data, practice: options.practice },
          { port: portNumber(options.listen, '--listen'), open: false },
        );
        return 0;
      }),
    );
}
