import { type Command, Option } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { checkTemplate, renderTemplate, type TemplateKind } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { isStrings, jsonFrom, textFrom } from './jsonfile.ts';

type Options = { json?: boolean };

export function addTemplate(program: Command): void {
  const template = program.command('template').description('AWS IoT provisioning templates');

  template
    .command('check')
    .description('list the faults that AWS would refuse in a template')
    .argument('<file>', 'the template, JSON')
    .addOption(new Option('--kind <kind>', 'how it will be used').choices(['bulk', 'jitp', 'fleet']).default('bulk'))
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options & { kind: TemplateKind }) =>
      conclude(options, async () => {
        const { ok, problems } = checkTemplate(await textFrom(file), options.kind);
        print(options, { ok, problems }, () =>
          ok ? 'ok' : problems.map(({ path, message }) => `${path || '(template)'}: ${message}`).join('\n'),
        );
        return ok ? 0 : 1;
      }),
    );

  template
    .command('render')
    .description('show the resources that a template makes with these parameters')
    .argument('<file>', 'the template, JSON')
    .requiredOption('--params <file>', 'parameters, a JSON object of strings')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options & { params: string }) =>
      conclude(options, async () => {
        const params = await jsonFrom(options.params);
        if (!isStrings(params))
          throw new StationError('call.badParams', `${options.params} is not a JSON object of strings`);
        const rendered = renderTemplate(await textFrom(file), params);
        print(options, rendered, () => JSON.stringify(rendered.resources, null, 2));
        return 0;
      }),
    );
}
