/** The text of a copy: the same profile under another name, or the unchanged text if it cannot be read. */
export function copyOf(text: string, taken: readonly string[]): string {
  try {
    const { name: first, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const base = `${String(first).slice(0, 34)}-copy`;
    let name = base;
    for (let number = 2; taken.includes(name); number++) name = `${base}${number}`;
    return `${JSON.stringify({ name, ...rest }, null, 2)}\n`;
  } catch {
    return text;
  }
}

/** The name in a profile's text; undefined if the text cannot be read. */
export function nameIn(text: string): string | undefined {
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
