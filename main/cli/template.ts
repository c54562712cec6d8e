import { type Command, Option } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type TemplateKind, templateKinds } from '../../app/contract/templates.ts';
import { checkTemplate, drawTemplate, notSupplied, renderTemplate, usualKind } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { addDocuments } from './documents.ts';
import { findingsOf } from './findinglines.ts';
import { isStrings, jsonFrom, textFrom } from './givenfile.ts';
import { subjectFrom } from './subjectfile.ts';
import { addTemplatePush, listTemplatesInAws } from './templatepush.ts';

type Options = { json?: boolean; kind?: TemplateKind };
type CheckOptions = Options & { profile?: string; recipe?: string };

const kindOption = () =>
  new Option(
    '--kind <kind>',
    'how it will be used: in a bulk task or RegisterThing, just in time, or by a fleet',
  ).choices([...templateKinds]);
/** For a file, whose form may say it. */
const kindOfFile = () => kindOption().default(undefined, 'as the form of the file says, else bulk');

export function addTemplate(program: Command): void {
  const template = program.command('template').description('AWS IoT provisioning templates');

  template
    .command('check')
    .description(
      'list what AWS would refuse in a template or would fail for every unit, and warn of what is hardly meant; ' +
        'a registration configuration {templateBody, roleArn} is opened',
    )
    .argument('<file>', 'the template, JSON')
    .addOption(kindOfFile())
    .option(
      '--profile <name>',
      "also whether certificates of this profile supply what it needs: a product's, or a file",
    )
    .option('--recipe <file>', 'the same with the profile that this recipe names')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: CheckOptions) =>
      conclude(options, async () => {
        const text = await textFrom(file);
        const kind = options.kind ?? usualKind(text);
        const report = checkTemplate(text, kind);
        const subject = await subjectFrom(options);
        const missing = subject ? notSupplied(text, { kind, subject }) : [];
        const problems = [...report.problems, ...missing];
        const all = { ok: problems.length === 0, problems, warnings: report.warnings };
        print(options, all, () => findingsOf(all, file).join('\n'));
        return all.ok ? 0 : 1;
      }),
    );

  template
    .command('render')
    .description('show the resources that a template makes with these parameters, and what is attached to what')
    .argument('<file>', 'the template, JSON')
    .addOption(kindOfFile())
    .requiredOption('--params <file>', 'parameters, a JSON object of strings')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options & { params: string }) =>
      conclude(options, async () => {
        const params = await jsonFrom(options.params);
        if (!isStrings(params))
          throw new StationError('call.badParams', `${options.params} is not a JSON object of strings`);
        const text = await textFrom(file);
        const rendered = renderTemplate(text, params, options.kind ?? usualKind(text));
        print(options, rendered, () => drawTemplate(rendered));
        return 0;
      }),
    );

  addDocuments(
    template,
    {
      kind: 'template',
      formOf: ({ kind = 'bulk' }) => templateKinds.find((one) => one === kind) ?? 'bulk',
      listInAws: listTemplatesInAws,
    },
    (save) => save.addOption(kindOption().default('bulk')),
  );
  addTemplatePush(template);
}
