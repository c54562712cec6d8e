import { helpTexts } from './help.ts';
import type { Cli, Reply } from './machine.ts';
import { pki } from './pki.ts';

/** CLI_INPUT_LINE_LEN_MAX without the end of the string (cli.h). */
export const longestLine = 127;
const keyNames = ['thing_name', 'mqtt_endpoint', 'mqtt_port', 'wifi_ssid', 'wifi_credential', 'time_hwm'];
const isNumber = (key: string) => key === 'mqtt_port' || key === 'time_hwm';

const plain = (text: string, cost = 0): Reply => ({ text, cost });
const commitCost = 5;

/**
 * One line at the prompt (FreeRTOS/iot-reference-stm32u5: cli_main.c, cli_conf.c). A command begins the line. Words are
 * split at blanks, so a value has none.
 */
export function command(cli: Cli, line: string): Reply {
  const [verb = '', ...words] = line.split(' ').filter((word, at) => word !== '' || at === 0);
  if (verb === 'help') return plain(words[0] === undefined ? helpTexts.all : helpTexts.of(words[0]));
  if (verb === 'reset') return { text: 'Resetting device.', cost: commitCost, reset: true };
  if (verb === 'uptime') return plain(uptime(cli.uptimeMs()));
  if (verb === 'conf') return configure(cli, words);
  if (verb === 'pki') return pki(cli, words);
  return plain("Command not recognized. Enter 'help' to view a list of available commands.\r\n");
}

function configure({ flash, staged }: Cli, [act, name, value = '']: string[]): Reply {
  const shown = (key: string) => {
    const text = staged.get(key) ?? '';
    return isNumber(key) ? `${key}=${text}\r\n` : `${key}="${text}"\r\n`;
  };
  if (act === 'commit') {
    const commit = () => {
      flash.config = new Map(staged);
    };
    return { text: 'Configuration saved to NVM.\r\n', cost: commitCost, step: 'commit.config', act: commit };
  }
  if (act === 'get' && name === undefined) return plain(keyNames.map(shown).join(''));
  if ((act !== 'get' && act !== 'set') || name === undefined) return plain(helpTexts.conf);
  if (!keyNames.includes(name)) return plain(`Error: key: ${name} was not recognized.\r\n`);
  if (act === 'get') return plain(shown(name));
  // strtoul: text without digits is 0, and what follows the digits is ignored.
  staged.set(name, isNumber(name) ? String(Number(/^\d+/.exec(value)?.[0] ?? 0) >>> 0) : value);
  return { text: shown(name), cost: 0, step: 'set' };
}

function uptime(ms: number): string {
  const [days, hours, minutes, seconds] = [86_400_000, 3_600_000, 60_000, 1000].map((unit) => Math.floor(ms / unit));
  const two = (value = 0, of: number) => String(value % of).padStart(2, '0');
  const rest = String(Math.floor(ms) % 1000).padStart(3, '0');
  return `up ${days} day(s) ${two(hours, 24)}:${two(minutes, 60)}:${two(seconds, 60)}.${rest}\r\n`;
}
