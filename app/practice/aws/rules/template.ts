import { readExpression, type Scope } from './expression.ts';

/**
 * A text with `${expression}` in it ("Substitution templates", AWS IoT developer guide). An expression without a value
 * gives `Undefined`, as AWS's do.
 * @throws Error – an expression that is not offered
 */
export const substitute = (text: string, scope: Scope): string =>
  text.replace(/\$\{([^}]*)\}/g, (_, inside: string) => {
    const value = readExpression(inside).value(scope);
    if (value === undefined) return 'Undefined';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
