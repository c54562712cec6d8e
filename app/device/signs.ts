/** The list of wrong lines, and the sign by which each is known. */
import { type ErrorCode, StationError } from '../contract/errors.ts';
import type { Driver } from './driver.ts';
import type { Heard } from './hearing.ts';

/** A line with its driver. `understood`: the device has answered in the driver's protocol before. */
export type Line = Heard & { driver: Pick<Driver, 'name' | 'title' | 'line'>; understood: boolean };

type Sign = {
  /** Goes into `data.sign` of the error. The screens have pictures and words by it. */
  name: string;
  code: ErrorCode;
  /** Whether it can also appear after the device was understood. */
  late?: true;
  /** Whether no question to the device could change the finding. */
  sure?: true;
  /** The finding in English, with the next act; `undefined` when the line does not have this sign. */
  find(line: Line): string | undefined;
  /** Further data of the error. */
  data?(line: Line): Record<string, string>;
};

/** Text without the control sequences of a terminal (ECMA-48 CSI). */
const plain = (text: string): string => text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '');
const linesOf = (text: string): string[] =>
  plain(text)
    .split(/[\r\n\x03\x7f]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** The part of the bytes that is neither text in UTF-8 nor a usual control character. */
function strangeShare(bytes: string): number {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return count(text, /[^\t\n\r\x03\x07\x08\x1b -~\x7f\u00a0-\ufffc]/g) / text.length;
}

/** Everything that came is a part of what was sent. */
function isOnlyEcho({ came, sent }: Heard): boolean {
  const lines = linesOf(came);
  return lines.join('').length >= 16 && lines.every((line) => sent.includes(line));
}

/** The questions of ModemManager and of terminal programs. The station asks none of them. */
const foreignWords = /ATE[01](?:V1|Q0)?|AT\+GCAP|AT\+CPIN\?|ATQ0|AT&F|ATZ\b/g;
const foreignLine = /^(?:\S*[>$#] ?)?AT(?:I\d?)?(?:: command not found)?$/;

function hearsOthers({ came, sent }: Heard): boolean {
  if (count(came, foreignWords) > count(sent, foreignWords)) return true;
  if (linesOf(came).filter((line) => foreignLine.test(line)).length >= 2) return true;
  // An AT host does not echo, but it answers each line once.
  return count(came, /^(?:OK|ERROR|\+CME ERROR: \d+|\+GCAP: .*)\r?$/gm) >= count(sent, /\r\n?|\n/g) + 3;
}

const downloads = /waiting for download|boot:0x[0-9a-f]+ \(DOWNLOAD|boot mode:\(1,/;
/** ROM and boot loaders of ESP32 and ESP8266, MCUboot, nRF Connect SDK and Zephyr, U-Boot. */
const boots =
  /\bets [A-Z][a-z]{2} +\d+ \d{4}|ESP-ROM:|rst:0x[0-9a-f]+ \(|2nd stage bootloader|\*\*\* Booting |Starting bootloader|U-Boot \d{4}/g;
const starts = /\bets [A-Z][a-z]{2} +\d+ \d{4}|ESP-ROM:|\*\*\* Booting |U-Boot \d{4}/g;

/**
 * Firmware without a driver here, by its words. `found` is its name, or that of the maker in the words. `of` names the
 * drivers whose own firmware says the same.
 */
const strangers: readonly { found?: string; words: RegExp; more?: string; of?: readonly string[] }[] = [
  {
    found: 'Renesas FreeRTOS',
    words: /FreeRTOS command server|switch to CLI mode|in Data Flash/,
    more: ' (conf set cert|key, no pki): its key would come from the host, and no driver here does that',
  },
  {
    words: /\b(?:Quectel|u-blox|SIMCOM|Telit|Sierra Wireless|Cinterion|Sequans|Fibocom|MeiG)\b/i,
    more: ', a modem of another maker than Nordic',
  },
  { found: 'FreeRTOS-Plus-CLI', words: /Command not recogni[sz]ed\. {1,2}Enter/, more: ' with other commands' },
  { found: 'Zephyr', words: /: command not found|:~\$ /, more: ', a shell with other commands', of: ['zephyr'] },
  { found: 'ESP-IDF', words: /Unrecognized command|esp(?:32\w*)?> / },
  { found: 'Linux', words: /^\S+ login: |-?(?:ba|a)?sh: .*not found|\w+@\w+:\S* ?[#$] /m },
  { found: 'U-Boot', words: /^=> |Unknown command '/m },
];

function strangerIn({ came, driver }: Line): { found: string; more: string } | undefined {
  const text = plain(came);
  for (const { found, words, more = '', of } of strangers) {
    const match = of?.includes(driver.name) ? null : words.exec(text);
    if (match) return { found: found ?? match[0], more };
  }
  return undefined;
}

const silentDetail = ({ driver }: Line): string => {
  const more = [
    driver.line.flowControl === 'rtscts' && 'a board without RTS and CTS wires hears nothing with RTS/CTS',
    driver.name === 'nrf91' && 'an AT host with an open quote and more than 4095 characters answers only after a reset',
  ].filter((each) => each !== false);
  return ['nothing came back: check cable and power, then reset the device', ...more].join('; ');
};

/** In the order in which they are asked. */
const signs: readonly Sign[] = [
  {
    name: 'download',
    code: 'link.booting',
    late: true,
    sure: true,
    find: ({ came }) =>
      downloads.test(came)
        ? 'the chip waits for a download: DTR and RTS of the port, or the boot button, hold it there; set both lines alike and reset it'
        : undefined,
  },
  {
    name: 'otherProgram',
    code: 'link.otherProgram',
    late: true,
    find: (line) =>
      hearsOthers(line)
        ? 'another program writes to this port (ModemManager asks with AT commands): stop it, or exempt the port with the udev rule'
        : undefined,
  },
  {
    name: 'openQuote',
    code: 'link.stuck',
    late: true,
    sure: true,
    find: ({ driver, understood, unanswered }) =>
      driver.name === 'nrf91' && understood && /%CMNG=0,[^"]*"/.test(unanswered) && count(unanswered, /AT\+CGSN/g) > 1
        ? 'the AT host stopped answering within a quoted text and drops everything until it is reset: reset the device'
        : undefined,
  },
  {
    name: 'noise',
    code: 'link.noise',
    sure: true,
    find: ({ came }) =>
      came.length >= 16 && strangeShare(came) > 0.2
        ? 'what comes is no text: the speed of the line is wrong, or the ground wire is missing; compare the baud of slot and firmware'
        : undefined,
  },
  {
    name: 'loopback',
    code: 'link.loopback',
    find: (line) =>
      isOnlyEcho(line)
        ? 'only what was sent comes back: RX and TX are joined (loopback plug, solder bridge, or cable); change the cable'
        : undefined,
  },
  {
    name: 'boot',
    code: 'link.booting',
    find({ came }) {
      if (count(came, boots) === 0) return undefined;
      const times = count(came, starts);
      const resets = times > 1 ? `the chip started ${times} times` : 'the chip started when the port was opened';
      return `${resets} and did not answer: DTR and RTS of the port may reset it, or it stays in its boot loader`;
    },
  },
  {
    name: 'firmware',
    code: 'link.wrongFirmware',
    find(line) {
      const { found, more } = strangerIn(line) ?? {};
      return found === undefined ? undefined : `the slot is set to ${line.driver.title}, this is ${found}${more}`;
    },
    data: (line) => ({ setTo: line.driver.title, found: strangerIn(line)?.found ?? '' }),
  },
  {
    name: 'logs',
    code: 'link.flooded',
    find: ({ came }) =>
      linesOf(came).length >= 3 || came.length > 1000
        ? 'the device only prints its log and answers nothing: its console is off, or is at another port'
        : undefined,
  },
  {
    name: 'silence',
    code: 'link.timeout',
    find: (line) => (line.came === '' ? silentDetail(line) : undefined),
  },
];

/**
 * The name of the line's trouble, as an error whose data has its `sign`; `undefined` when the line has none of the
 * signs. With `sure` only the signs count that no further question could change.
 */
export function troubleOf(line: Line, only?: 'sure'): StationError | undefined {
  for (const sign of signs) {
    if ((line.understood && !sign.late) || (only && !sign.sure)) continue;
    const detail = sign.find(line);
    if (detail !== undefined)
      return new StationError(sign.code, detail, { data: { sign: sign.name, ...sign.data?.(line) } });
  }
  return undefined;
}
