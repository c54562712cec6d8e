/** Checks the sections of a template. */
import type { TemplateKind } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { defaultsOf } from './evaluate.ts';
import { entriesOf, functionOf, type Json, membersOf, own, refOf } from './json.ts';
import { jitpParameters, ownId, sources } from './kinds.ts';
import { checkReferences } from './references.ts';
import { checkResources } from './resources.ts';
import type { Check, Say } from './scope.ts';

export function checkDocument(template: Record<string, Json>, kind: TemplateKind, problem: Say, warn: Say): void {
  const known = ['Parameters', 'Resources', ...(kind === 'fleet' ? ['Mappings', 'DeviceConfiguration'] : [])];
  for (const name of Object.keys(template))
    if (!known.includes(name))
      problem(`/${pointerPart(name)}`, `is not a section of a ${kind} template`, sources.templates);
  checkParameters(template.Parameters, kind, problem);
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
  for (const [name, value] of entriesOf(template.DeviceConfiguration))
    if (membersOf(value) && refOf(value) === undefined && !functionOf(value))
      problem(`/DeviceConfiguration/${pointerPart(name)}`, 'must not be a nested object', sources.templates);
}

function checkParameters(section: Json | undefined, kind: TemplateKind, problem: Say): void {
  if (section !== undefined && !membersOf(section)) problem('/Parameters', 'must be an object', sources.templates);
  for (const [name, parameter] of entriesOf(section)) {
    const path = `/Parameters/${pointerPart(name)}`;
    if (own(parameter, 'Type') !== 'String') problem(path, 'must have the Type String', sources.templates);
    const fallback = own(parameter, 'Default');
    if (fallback !== undefined && typeof fallback !== 'string')
      problem(`${path}/Default`, 'must be a string', sources.templates);
    else if ((fallback ?? '').length > 4096)
      problem(`${path}/Default`, 'must have at most 4096 characters', sources.model);
    for (const [member] of entriesOf(parameter))
      if (member !== 'Type' && member !== 'Default')
        problem(
          `${path}/${pointerPart(member)}`,
          'is not a part of a parameter: Type and Default are',
          sources.templates,
        );
    if (kind === 'jitp' && !jitpParameters.includes(name))
      problem(
        path,
        `is not one of the eight parameters of just-in-time provisioning: ${jitpParameters.join(', ')}`,
        sources.jitp,
      );
  }
}

function checkMappings(section: Json, problem: Say): void {
  for (const [map, keys] of Object.entries(membersOf(section) ?? { '': null })) {
    for (const [key, values] of Object.entries(membersOf(keys) ?? { '': null })) {
      const path = `/Mappings/${pointerPart(map)}/${pointerPart(key)}`;
      if (!membersOf(values)) problem(path, 'must be a map of names and values', sources.templates);
      for (const [name, value] of entriesOf(values))
        if (typeof value === 'object')
          problem(
            `${path}/${pointerPart(name)}`,
            'must be a plain value: no parameters or functions',
            sources.templates,
          );
    }
  }
}
