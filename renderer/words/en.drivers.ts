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
  },
  choice: {
    shell: { auto: 'Find out', raw: 'As they are', at: 'By the shell command “at”' },
  },
  usual: 'Usually {value}',
  wrong: {
    number: 'A number from {least} to {most}.',
    text: '{longest} characters at most.',
  },
} as const;
