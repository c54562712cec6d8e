/** Whether the lines of a batch fit a bulk template: each line is one unit's parameters. */
import { type Said, sentence } from '../../contract/sentences.ts';
import { checkTemplate } from './check.ts';
import { defaultsOf, evaluate } from './evaluate.ts';
import { entriesOf, isComputed, type Json, membersOf, own } from './json.ts';
import { notSupplied } from './needs.ts';
import { firstProblem } from './resources.ts';
import { openTemplate } from './text.ts';

/** The parameters of each line of the station's batch files, and of RegisterThing. */
export type UnitLine = { ThingName: string; SerialNumber: string; CertificatePem: string; CACertificatePem: string };

/** Why AWS would refuse this line, or why the records would not find its unit again. Undefined for a good line. */
export type LineCheck = (line: UnitLine) => Said | undefined;

/** The template itself: of a registration configuration `{templateBody, roleArn}` the inner one. */
export const templateBodyOf = (text: string): string => openTemplate(text).body.text;

type Part = { at: string; type: string; property: string; value: Json };

/** The first reason why no line can fit. Undefined for a template that the station's batches can use. */
export function unfitForLines(text: string): Said | undefined {
  const [problem] = [...checkTemplate(text, 'bulk').problems, ...notSupplied(text, { kind: 'bulk', subject: [] })];
  return problem ? sentence('atPlace', { at: problem.path, what: problem }) : lineCheck(text)(sample);
}

/** What is the same for each line was checked with the template. So a line costs only its own values. */
export function lineCheck(text: string): LineCheck {
  const template = membersOf(openTemplate(text).body.json.value as Json | undefined) ?? {};
  const defaults = defaultsOf(template);
  const parts = entriesOf(template.Resources).flatMap(([logical, resource]) =>
    entriesOf(own(resource, 'Properties')).map(([property, value]): Part => {
      const type = own(resource, 'Type');
      return { at: `${logical}.${property}`, type: typeof type === 'string' ? type : '', property, value };
    }),
  );
  const computed = parts.filter(({ value }) => holdsComputed(value));
  const find = (property: string) => parts.find((part) => part.property === property);
  const [thing, certificate] = [find('ThingName'), find('CertificatePem')];
  return (line) => {
    const scope = {
      parameters: new Map([...defaults, ...Object.entries(line)]),
      mappings: undefined,
      unresolved: new Set<string>(),
    };
    const filledIn = (part: Part | undefined) => (part ? evaluate(part.value, scope) : undefined);
    for (const { at, type, property, value } of computed) {
      const filled = evaluate(value, scope);
      const [missing] = scope.unresolved;
      if (missing !== undefined) return sentence('lineHasNo', { at, name: missing });
      const wrong = filled === undefined ? undefined : firstProblem('bulk', type, property, filled);
      if (wrong !== undefined)
        return sentence('atPlace', {
          at,
          what: sentence('hereItIs', { what: wrong, value: JSON.stringify(filled).slice(0, 100) }),
        });
    }
    if (filledIn(certificate) !== line.CertificatePem)
      return sentence('ownCertificateWanted', { ref: '{"Ref": "CertificatePem"}' });
    const name = filledIn(thing);
    if (name !== line.ThingName)
      return sentence('otherThingNamed', { name: JSON.stringify(name ?? null), own: line.ThingName });
    return undefined;
  };
}

const sample: UnitLine = {
  ThingName: 'SN-000123',
  SerialNumber: 'SN-000123',
  CertificatePem: '-----BEGIN CERTIFICATE-----',
  CACertificatePem: '-----BEGIN CERTIFICATE-----',
};

const holdsComputed = (value: Json): boolean =>
  Array.isArray(value)
    ? value.some(holdsComputed)
    : membersOf(value) !== undefined &&
      (isComputed(value) || entriesOf(value).some(([, member]) => holdsComputed(member)));
