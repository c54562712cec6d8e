import type { Command } from 'commander';
import { conclude } from './command.ts';

type ServeOptions = { data?: string; practice?: boolean; listen: string };

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('the screens for a browser on this machine; prints the address, runs until stopped')
    .option('--data <dir>', "the station's data folder")
    .option('--practice', 'the practice line')
    .option('--listen <port>', 'port on 127.0.0.1 (default: the one of the last time, or a free one)', '0')
    .action((options: ServeOptions) =>
      conclude({}, async () => {
        // A web server is more to load than most commands are.
        const { serveKiosk } = await import('../kiosk/serve.ts');
        await serveKiosk(
          { dataDir: options.data, practice: options.practice },
          { port: Number(options.listen), open: false },
        );
        return 0;
      }),
    );
}
