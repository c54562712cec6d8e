/** A rendered template as text for a terminal: each resource with its values, and what is attached to what. */
import type { RenderedTemplate } from '../../contract/templates.ts';
import type { Json } from './json.ts';

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}...` : text).replaceAll('\n', '\\n');

export function drawTemplate({
  resources,
  attachments,
  deviceConfiguration,
  unresolved,
  fails,
}: RenderedTemplate): string {
  const valuesOf = (values: Record<string, Json>) =>
    Object.entries(values).map(([name, value]) => `  ${name}: ${short(shown(value))}`);
  const lines = Object.entries(resources).flatMap(([name, { Type, Properties }]) => [
    `${name} (${Type.replace('AWS::IoT::', '')})`,
    ...valuesOf(Properties),
    ...attachments.filter(({ from }) => from === name).map(({ what, to }) => `  --> ${to} (${what})`),
  ]);
  const configuration = deviceConfiguration ? ['configuration of the device', ...valuesOf(deviceConfiguration)] : [];
  return [
    ...lines,
    ...configuration,
    ...unresolved.map((name) => `unresolved: ${name} has neither a value nor a Default`),
    ...fails.map((why) => `would fail: ${why}`),
  ].join('\n');
}
