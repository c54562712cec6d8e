/** The station's scanners on serial ports. */
import type { Clock } from '../../contract/clock.ts';
import { StationError, type WireError } from '../../contract/errors.ts';
import type { ScannerConfig, ScannersSnapshot } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import type { TornReason } from '../../device/scanframe.ts';
import { createScanner, type Scanner, type ScannerState } from './serialscanner.ts';
import { createWaiting } from './waiting.ts';

export type { ScannerState } from './serialscanner.ts';

export type ScannersOptions = {
  ports: Ports;
  clock: Clock;
  /** Whether this station was taught a keyboard scanner. */
  taught: () => boolean;
  onChange: () => void;
  /** A line for the log. It never has the text of a scan. */
  onLog: (scannerId: number, line: string) => void;
};

export type Scanners = ReturnType<typeof createScanners>;

/** The scanners of a station, closed until `start`. */
export function createScanners({ ports, clock, taught, onChange, onLog }: ScannersOptions) {
  let scanners: Scanner[] = [];
  let started = false;
  const waiting = createWaiting({
    clock,
    onChange,
    onExpired: (scannerId) => onLog(scannerId, 'no page has taken the scan'),
  });

  const tools = {
    ports,
    clock,
    onChange,
    onScan: ({ scannerId }: ScannerConfig, result: { text: string } | { torn: TornReason }) => {
      if ('text' in result) return waiting.add(scannerId, result);
      onLog(scannerId, `a scan was refused: ${result.torn}`);
      waiting.add(scannerId, { refused: refusalOf(result.torn) });
    },
  };

  return {
    /**
     * Opens the scanners that are plugged in now, and later the others. Commands of the command line do not call it.
     */
    start(configs: readonly ScannerConfig[]): void {
      started = true;
      scanners = configs.map((config) => createScanner(config, tools));
    },
    /** Applies changed settings. Scanners that stay as they are keep their ports open. */
    async configure(configs: readonly ScannerConfig[]): Promise<void> {
      if (!started) return;
      const wanted = configs.map((config) => JSON.stringify(config));
      const stays = ({ config }: Scanner) => wanted.includes(JSON.stringify(config));
      const [kept, gone] = [scanners.filter(stays), scanners.filter((scanner) => !stays(scanner))];
      await Promise.all(gone.map((scanner) => scanner.close()));
      const had = (config: ScannerConfig) => kept.find((one) => JSON.stringify(one.config) === JSON.stringify(config));
      scanners = configs.map((config) => had(config) ?? createScanner(config, tools));
      onChange();
    },
    /** After a sleep an open port may be dead, so each is opened again. A scan that is cut off is refused. */
    async lookAnew(): Promise<void> {
      const slept = scanners;
      await Promise.all(slept.map((scanner) => scanner.close()));
      if (scanners === slept) scanners = slept.map(({ config }) => createScanner(config, tools));
      onChange();
    },
    /** `undefined` before `start`. */
    states: (): ScannerState[] | undefined => (started ? scanners.map((scanner) => scanner.state()) : undefined),
    snapshot: (): Omit<ScannersSnapshot, 'seq'> => {
      const last = waiting.last();
      return {
        scanners: scanners.map((scanner) => scanner.state()),
        ...(last ? { last } : {}),
        taught: taught(),
      };
    },
    /**
     * Gives a scan once, to one page.
     *
     * @throws `call.stale`
     */
    take: waiting.take,
    async close(): Promise<void> {
      await Promise.all(scanners.map((scanner) => scanner.close()));
      waiting.close();
    },
  };
}

const details: Record<TornReason, string> = {
  unplugged: 'the scanner was pulled in the middle of a scan',
  noEnd: 'the end of the scan did not come in time: is the suffix set as it is here?',
  noBegin: 'the scan had begun before the port was open',
  tooLong: 'the scan is longer than 4096 characters',
  garbled: 'there are characters in the scan that no label holds: is the speed set as it is here?',
  noPrefix: 'the scan does not begin with the prefix that is set here',
};

const refusalOf = (reason: TornReason): WireError =>
  new StationError('scan.incomplete', details[reason], { data: { reason } }).toJSON();
