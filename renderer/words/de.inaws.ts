import type { inAws } from './en.inaws.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte der Versionen, die AWS von einer Richtlinie oder Vorlage hat. */
export const inAwsDe: SameKeys<typeof inAws> = {
  difference: 'Was anders ist als in Version {version} in AWS',
  differenceHint: 'Herausgenommen ist, was nur in AWS steht, hinzugekommen, was nur hier steht.',
  versions: 'Versionen in AWS: {count, number} von höchstens {most, number}',
  versionsOf: 'Versionen von {name} in {target}',
  full: 'AWS behält {most, number} Versionen. Löschen Sie eine, die nicht gebraucht wird, sonst weicht der nächsten die älteste.',
  version: 'Version {version}',
  notDated: 'AWS nennt keine Zeit',
  default: 'Gültig',
  makeDefault: 'Gültig machen',
  remove: 'Version löschen',
  setDefaultTitle: 'Version {version} von {name} in {target} gültig machen?',
  policyMeaning:
    'Binnen Minuten darf jedes Gerät, dessen Zertifikat diese Richtlinie hat, was in dieser Version steht, und durch sie nichts anderes.',
  templateMeaning:
    'Geräte, die von jetzt an eingerichtet werden, entstehen nach ihr. Vorhandene Things bleiben, wie sie sind.',
  removeTitle: 'Version {version} von {name} in {target} löschen?',
  removeMeaning: 'AWS löscht sie endgültig. Geräte merken davon nichts: Für sie zählt nur die gültige Version.',
  against: 'Version {version} gegenüber der gültigen Version {default}:',
  asking: 'AWS wird gefragt…',
};
