/** The checks of `doctor` for scanners and label rules. */
import { StationError } from '../../contract/errors.ts';
import type { DoctorCheck, ScannerConfig } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import type { StationParts } from '../composition.ts';
import { isTaught } from '../folder/config.ts';
import type { ScannerState } from './serialscanner.ts';

type Parts = Pick<StationParts, 'config' | 'scanners' | 'ports' | 'scannerPorts'>;

/** A check that the station can scan, a check of the badge rule, and a check for each scanner on a serial port. */
export async function scannerChecks(parts: Parts): Promise<DoctorCheck[]> {
  const config = parts.config.current();
  const { scanners, practice } = config;
  const states = parts.scanners.states() ?? (await lookedAt(scanners, parts.scannerPorts ?? parts.ports));
  return [taughtCheck(scanners.length, isTaught(config), practice), badgeRuleCheck(parts), ...states.map(stateCheck)];
}

function taughtCheck(serial: number, taught: boolean, practice: boolean): DoctorCheck {
  const name = 'scanner';
  if (taught || serial > 0) {
    const found = [
      ...(taught ? ['a keyboard scanner was taught'] : []),
      ...(serial > 0 ? [`${serial} on a serial port`] : []),
    ];
    const values = { taught: taught ? 'yes' : 'no', serial };
    return { name, ok: true, detail: found.join('; '), finding: { what: 'scannerThere', values } };
  }
  const detail = 'no scanner was taught, and none is set on a serial port';
  // On the practice line people type the labels.
  if (practice) return { name, ok: true, detail, finding: { what: 'scannerNone' } };
  const remedy = 'an engineer teaches the scanner, or sets it on a serial port, on the Station screen';
  return { name, ok: false, detail, remedy, finding: { what: 'scannerNone', remedy: 'teachScanner' } };
}

function badgeRuleCheck({ config }: Parts): DoctorCheck {
  const { scan, practice } = config.current();
  const name = 'labels';
  if (scan.badge) {
    const { kind } = scan.unit;
    const detail = `badges have a rule; units' labels are read by the ${kind} rule`;
    return { name, ok: true, detail, finding: { what: 'badgeRule', values: { kind } } };
  }
  const detail = 'badges have no rule: a badge that is not on record would be read as the label of a unit';
  if (practice || scan.unit.kind !== 'plain') {
    return { name, ok: true, detail: 'badges have no rule', finding: { what: 'badgeRuleNone' } };
  }
  const remedy = 'an engineer sets how badges look, on the Station screen under Labels';
  return { name, ok: false, detail, remedy, finding: { what: 'badgeRuleNeeded', remedy: 'setBadgeRule' } };
}

const stateCheck = ({ scannerId, name: called, state, detail }: ScannerState): DoctorCheck => {
  const name = `scanner ${scannerId}` as const;
  const values = { name: called };
  if (state === 'ready')
    return { name, ok: true, detail: `${called} is ready`, finding: { what: 'scannerReady', values } };
  if (state === 'absent') {
    const remedy = 'plug the scanner in, set to USB-COM; or take it off the Station screen';
    const finding = { what: 'scannerAbsent', remedy: 'plugInScanner', values } as const;
    return { name, ok: false, detail: `${called} is not plugged in`, remedy, finding };
  }
  const remedy = 'close what uses its port, and see that this user may open serial ports';
  const finding = { what: 'scannerTrouble', remedy: 'freeScannerPort', values } as const;
  return { name, ok: false, detail: detail ?? `${called} cannot be opened`, remedy, finding };
};

/** Opens and closes each scanner, when no running station has them open. */
const lookedAt = (scanners: readonly ScannerConfig[], ports: Ports): Promise<ScannerState[]> =>
  Promise.all(
    scanners.map(async ({ scannerId, name, port, baud }): Promise<ScannerState> => {
      try {
        await (await ports.open(port, { baud, flowControl: 'none' })).close();
        return { scannerId, name, state: 'ready' };
      } catch (thrown) {
        if (!(thrown instanceof StationError)) throw thrown;
        if (thrown.code === 'link.noPort') return { scannerId, name, state: 'absent' };
        return { scannerId, name, state: 'trouble', detail: thrown.detail };
      }
    }),
  );
