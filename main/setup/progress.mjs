// The set-up's messages for a person, on stderr: stdout belongs to the program that is started.

const out = process.stderr;

/** A failure that a person can mend: it says what happened and what to do. */
export class SetupError extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** @param {string} text */
export const say = (text) => out.write(`${text}\n`);

/** @param {number} since ms since 1970 */
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

/** The lines of the acts that are under way, in the order in which they began. @type {Set<() => string>} */
const underWay = new Set();

/**
 * Reports on one long act: a line that is rewritten on a terminal, which acts at the same time share; elsewhere a new line
 * whenever the text changes, and every 15 s.
 * @param {string} title
 */
export function startProgress(title) {
  const since = Date.now();
  let detail = '';
  let printed = '';
  let printedAt = 0;
  const line = () => `${title}${detail === '' ? '' : ` ${detail}`} (${seconds(since)})`;
  underWay.add(line);
  const show = () => {
    const lines = [...underWay].map((one) => one()).join('  |  ');
    if (out.isTTY) out.write(`\r\x1b[2K${lines.slice(0, (out.columns ?? 80) - 1)}`);
    else if (detail !== printed || printedAt === 0 || Date.now() - printedAt >= 15_000) {
      printed = detail;
      printedAt = Date.now();
      say(line());
    }
  };
  show();
  const timer = setInterval(show, 500);
  return {
    /** @param {string} text */
    update(text) {
      detail = text;
    },
    /** @param {string} result */
    end(result) {
      clearInterval(timer);
      underWay.delete(line);
      if (out.isTTY) out.write('\r\x1b[2K');
      say(`${title} ${result} (${seconds(since)})`);
    },
  };
}

/**
 * Runs a setup program. A failure is told in words and ends the program with exit code 3.
 * @param {() => Promise<number>} main
 */
export function runMain(main) {
  main().then(
    (code) => process.exit(code),
    (error) => {
      if (!(error instanceof SetupError)) throw error;
      say(`\n${error.message}\nWhat to do: ${error.remedy}`);
      process.exit(3);
    },
  );
}
