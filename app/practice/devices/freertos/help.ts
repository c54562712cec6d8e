/** What `help`, and a command with wrong words, prints. The lines are abridged; each command begins at the margin. */
const conf = [
  'conf:',
  '    Get/ Set/ Commit runtime configuration values',
  '    Usage:',
  '    conf get',
  '    conf get <key>',
  '    conf set <key> <value>',
  '    conf commit',
];
const pki = [
  'pki:',
  '    Perform public/private key operations.',
  '    Usage:',
  '    pki <verb> <object> <args>',
  '        Valid verbs are { generate, import, export, list }',
  '        Valid object types are { key, csr, cert }',
];
const help = ['help:', '    List available commands and their arguments.'];
const reset = ['reset:', '    Reset (reboot) the system'];
const uptime = ['uptime:', '    Display system uptime.'];

const text = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\n`;
const all = { help, conf, pki, reset, uptime };

export const helpTexts = {
  conf: text(conf),
  pki: text(pki),
  all: Object.values(all).map(text).join(''),
  /** Of the command that this word begins with; of all when there is none. */
  of: (word: string): string => {
    const found = Object.entries(all).find(([name]) => word.startsWith(name));
    return found ? text(found[1]) : helpTexts.all;
  },
};
