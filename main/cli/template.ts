import { type Command, Option } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { checkTemplate, drawTemplate, renderTemplate, type TemplateKind, templateKinds } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { findingsOf } from './findinglines.ts';
import { isStrings, jsonFrom, textFrom } from './jsonfile.ts';

type Options = { json?: boolean; kind: TemplateKind };

const kindOption = () =>
  new Option('--kind <kind>', 'how it will be used: in a bulk task or RegisterThing, just in time, or by a fleet')
    .choices([...templateKinds])
    .default('bulk');

export function addTemplate(program: Command): void {
  const template = program.command('template').description('AWS IoT provisioning templates');

  template
    .command('check')
    .description(
      'list what AWS would refuse in a template or would fail for every unit, and warn of what is hardly meant; ' +
        'a registration configuration {templateBody, roleArn} is opened',
    )
    .argument('<file>', 'the template, JSON')
    .addOption(kindOption())
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options) =>
      conclude(options, async () => {
        const report = checkTemplate(await textFrom(file), options.kind);
        print(options, report, () => findingsOf(report, file).join('\n'));
        return report.ok ? 0 : 1;
      }),
    );

  template
    .command('render')
    .description('show the resources that a template makes with these parameters, and what is attached to what')
    .argument('<file>', 'the template, JSON')
    .addOption(kindOption())
    .requiredOption('--params <file>', 'parameters, a JSON object of strings')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options & { params: string }) =>
      conclude(options, async () => {
        const params = await jsonFrom(options.params);
        if (!isStrings(params))
          throw new StationError('call.badParams', `${options.params} is not a JSON object of strings`);
        const rendered = renderTemplate(await textFrom(file), params, options.kind);
        print(options, rendered, () => drawTemplate(rendered));
        return 0;
      }),
    );
}
