/** How two JSON texts are held against each other: white space means nothing to AWS. */

export function saysSame(one: string, other: string): boolean {
  return inLines(one) === inLines(other);
}

/** The text with a member in each line, so that only what it says is compared; a text that is no JSON as it is. */
export function inLines(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
