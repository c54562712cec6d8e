/** The rows of the decision table, as a person types them and as a file has them. */
import { type PolicyRequest, policyTrial } from '../../app/contract/index.ts';
import { contextOf, linesOf } from './contextlines.ts';

export type DecisionRow = { id: number; action: string; resource: string; context: string };

let last = 0;
export const rowOf = ({ action, resource, context }: PolicyRequest): DecisionRow => ({
  id: ++last,
  action,
  resource,
  context: linesOf(context),
});

/** Undefined while its context cannot be read. */
export function requestOf({ action, resource, context }: DecisionRow): PolicyRequest | undefined {
  const values = contextOf(context);
  return values && { action: action.trim(), resource: resource.trim(), context: values };
}

/** The text of a file: a list of requests, as `policy try` takes it. */
export const fileOf = (rows: readonly DecisionRow[]): string =>
  `${JSON.stringify(rows.map(requestOf).filter(Boolean), null, 2)}\n`;

/** Undefined when the text is no such list. */
export function rowsOf(text: string): DecisionRow[] | undefined {
  try {
    const read = policyTrial.array().min(1).max(200).safeParse(JSON.parse(text));
    return read.success ? read.data.map(rowOf) : undefined;
  } catch {
    return undefined;
  }
}
