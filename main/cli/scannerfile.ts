import { StationError } from '../../app/contract/index.ts';
import { firstIssue } from '../../app/contract/issues.ts';
import { type TaughtScanner, taughtScanner } from '../../app/contract/model.ts';
import { jsonFrom } from './givenfile.ts';

/** The station that takes it records the person and the time again. */
const kept = ({ taughtAt: _at, taughtBy: _by, ...taught }: Record<string, unknown>) => taught;

/**
 * The taught keyboard scanner of another station: the `keyboardScanner` of `station show --json`, or that whole output.
 * @param file the file's name; `none` forgets the scanner
 * @throws `call.badParams` – when it is no such file
 */
export async function keyboardScannerFrom(file: string): Promise<TaughtScanner | null> {
  if (file === 'none') return null;
  const json = await jsonFrom(file);
  const whole = typeof json === 'object' && json !== null ? json : {};
  const inner = 'keyboardScanner' in whole ? whole.keyboardScanner : whole;
  const taught = taughtScanner.safeParse(kept((inner ?? {}) as Record<string, unknown>));
  if (taught.success) return taught.data;
  throw new StationError('call.badParams', `--keyboard-scanner, ${firstIssue(taught.error.issues).detail}`);
}
