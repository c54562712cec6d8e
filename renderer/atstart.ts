/**
 * What a module holds beside React's state. A function makes it, so that the screens can be put up again as a page that
 * was just loaded shows them.
 */
const makers: (() => void)[] = [];

/** Runs `make` now, and again when the screens are put up again. */
export function atStart(make: () => void): void {
  makers.push(make);
  make();
}

export function startAgain(): void {
  for (const make of makers) make();
}
