/**
 * The words of drivers and their settings. `setting` and `choice` are looked up by the keys that drivers declare
 * (app/device/drivers). A test requires words for every one of them.
 */
export const drivers = {
  place: 'USB place {place}',
  notFound: 'Nothing is plugged in there now.',
  ask: 'Ask the device',
  askSlot: 'Ask the device in slot {slot} which driver it needs',
  answered: 'The device speaks {driver}.',
  settingOfSlot: '{setting} of slot {slot}',
  setting: {
    secTag: 'Security tag',
    shell: 'AT commands',
    certificateLabel: 'Certificate label',
    rootCaLabel: 'Root label',
    baud: 'Speed in baud',
    flowControl: 'Flow control',
    dtr: 'DTR at opening',
    rts: 'RTS at opening',
    terminator: 'Line end',
    pieceBytes: 'Bytes at a time',
    gapMs: 'Pause after them in ms',
  },
  choice: {
    shell: { auto: 'Find out', raw: 'As they are', at: 'By the shell command “at”' },
    flowControl: { none: 'None (three wires)', rtscts: 'RTS/CTS', xonxoff: 'XON/XOFF' },
    dtr: { on: 'On', off: 'Off' },
    rts: { on: 'On', off: 'Off' },
    terminator: { cr: 'CR', lf: 'LF', crlf: 'CR LF', nul: 'NUL' },
  },
  line: {
    title: 'Line of slot {slot}',
    open: 'as the recipe or the driver says',
    chosen: '{count, plural, one {# setting of its own} other {# settings of its own}}',
    intro:
      'Set only what is wired differently here. The slot’s own choice comes before the recipe’s, and that before the driver’s. With RTS/CTS the flow control drives RTS.',
    inUse: 'Line of slot {slot} for the next unit',
    leave: 'As the recipe or the driver says',
    from: { place: 'this slot', recipe: 'the recipe', driver: 'the driver' },
  },
  usual: 'Usually {value}',
  wrong: {
    number: 'A number from {least} to {most}.',
    text: '{longest} characters at most.',
  },
} as const;
