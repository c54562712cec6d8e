/** Checks the sections of a template. */
import { sentence } from '../../contract/sentences.ts';
import type { TemplateKind } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { defaultsOf } from './evaluate.ts';
import { entriesOf, functionOf, type Json, membersOf, own, refOf } from './json.ts';
import { jitpParameters, ownId, sources } from './kinds.ts';
import { checkReferences } from './references.ts';
import { checkResources } from './resources.ts';
import { type Check, type Say, withNear } from './scope.ts';

export function checkDocument(template: Record<string, Json>, kind: TemplateKind, problem: Say, warn: Say): void {
  const known = ['Parameters', 'Resources', ...(kind === 'fleet' ? ['Mappings', 'DeviceConfiguration'] : [])];
  for (const name of Object.keys(template))
    if (!known.includes(name))
      problem(`/${pointerPart(name)}`, withNear(sentence('notSection', { kind }), name, known), sources.templates);
  checkParameters(template.Parameters, kind, problem, warn);
  const declared = new Set([
    ...entriesOf(template.Parameters).map(([name]) => name),
    ...(kind === 'fleet' ? [ownId] : []),
  ]);
  const defaults = new Map(defaultsOf(template));
  const check: Check = { kind, problem, warn, declared, defaults, mappings: template.Mappings };
  if (template.Mappings !== undefined) checkMappings(template.Mappings, problem);
  checkResources(template.Resources, check);
  checkReferences(template.Resources ?? {}, '/Resources', check);
  checkReferences(template.DeviceConfiguration ?? {}, '/DeviceConfiguration', check);
  const configuration = template.DeviceConfiguration;
  if (configuration !== undefined && !membersOf(configuration))
    problem('/DeviceConfiguration', sentence('mustBeObject'), sources.templates);
  for (const [name, value] of entriesOf(configuration))
    if (membersOf(value) && refOf(value) === undefined && !functionOf(value))
      problem(`/DeviceConfiguration/${pointerPart(name)}`, sentence('notNested'), sources.templates);
}

function checkParameters(section: Json | undefined, kind: TemplateKind, problem: Say, warn: Say): void {
  if (section !== undefined && !membersOf(section)) problem('/Parameters', sentence('mustBeObject'), sources.templates);
  for (const [name, parameter] of entriesOf(section)) {
    const path = `/Parameters/${pointerPart(name)}`;
    if (own(parameter, 'Type') !== 'String') problem(path, sentence('typeString'), sources.templates);
    const fallback = own(parameter, 'Default');
    if (fallback !== undefined && typeof fallback !== 'string')
      problem(`${path}/Default`, sentence('mustBeString'), sources.templates);
    else if ((fallback ?? '').length > 4096) problem(`${path}/Default`, sentence('defaultTooLong'), sources.model);
    for (const [member] of entriesOf(parameter))
      if (member !== 'Type' && member !== 'Default')
        problem(
          `${path}/${pointerPart(member)}`,
          withNear(sentence('notOfParameter'), member, ['Type', 'Default']),
          sources.templates,
        );
    const fromSubject = jitpParameters.includes(name);
    if (kind === 'jitp' && !fromSubject)
      problem(path, sentence('notJitpParameter', { names: jitpParameters.join(', ') }), sources.jitp);
    if (kind !== 'jitp' && fromSubject && name !== ownId && typeof fallback !== 'string')
      warn(path, sentence(kind === 'bulk' ? 'lineBringsSubject' : 'deviceBringsSubject'), sources.jitp);
  }
}

function checkMappings(section: Json, problem: Say): void {
  if (!membersOf(section)) problem('/Mappings', sentence('mustBeObject'), sources.templates);
  for (const [map, keys] of entriesOf(section)) {
    if (!membersOf(keys)) problem(`/Mappings/${pointerPart(map)}`, sentence('mapWanted'), sources.templates);
    for (const [key, values] of entriesOf(keys)) {
      const path = `/Mappings/${pointerPart(map)}/${pointerPart(key)}`;
      if (!membersOf(values)) problem(path, sentence('mapWanted'), sources.templates);
      for (const [name, value] of entriesOf(values))
        if (typeof value === 'object')
          problem(`${path}/${pointerPart(name)}`, sentence('plainValueWanted'), sources.templates);
    }
  }
}
