/** The words of scans: where one went, why one was refused; and of the page that teaches a scanner. */
export const scans = {
  refused: 'Not taken',
  refusedText: 'Not taken: {text}',
  again: 'Scan it again.',
  story: 'Label {text}: here is its story.',
  order: 'Order {text}: here are its units.',
  signIn: 'Badge {text}: now the PIN.',
  field: '{text} went into “{field}”.',
  test: 'Read for the test: {text}',
  trouble: {
    pause: 'The scan stopped in the middle, so a part may be missing.',
    hole: 'There is a gap in the scan, so a character may be missing.',
    followed: 'More keys came right after the end of the scan.',
    near: 'Other keys came right before the scan.',
    rest: 'The scan before this one broke off, and this may be its rest.',
    overlap: 'Two sources typed at once: a second scanner, or a person.',
    strangeKey:
      'The scan has a key that the station does not know: {key}. If this stays so, an engineer teaches the scanner.',
    repeat: 'A key of the scan repeated by itself.',
    capsLock: 'Caps Lock is on. Switch it off.',
    noSuffix: 'The scan has no end. If this stays so, an engineer sets Enter as its end, or teaches the scanner.',
    otherSuffix: 'The scan ends in another way than usual. If this stays so, an engineer teaches the scanner.',
    noPrefix: 'The scan does not begin as this station was taught.',
    empty: 'There was nothing in the scan.',
    long: 'The scan is too long for a label.',
    left: 'Another window came to the front in the middle of the scan.',
  },
  why: {
    signInFirst:
      'Sign in first, then scan again. If this is your badge, the station does not know it: ask an engineer.',
    dialog: 'A window is open: answer or close it, then scan again.',
    badgeAsked: 'This is no badge that the station knows. Scan your badge, or close the sign-in.',
    notBadge: 'This is not a badge. Scan the badge.',
    notSerial: 'This is not a unit label. Scan a label with a unit serial for this field.',
    notOrder: 'This is not an order. Scan the label of the order for this field.',
    isBadge: 'This is a badge. Sign out first if another person works on.',
    isOrder: 'This is the label of an order, not of a unit. Scan the label with the unit serial.',
    notChosen: 'Nobody said what it is.',
  },
  choose: {
    title: 'What did you scan?',
    lead: '{text} fits more than one rule. Choose what it is.',
    unit: 'A unit label: {value}',
    badge: 'A badge: {value}',
    order: 'The label of an order: {value}',
    none: 'None of these: forget it',
  },
  unitsOf: 'Units of order {order}',
  allUnits: 'Show the units of all orders',
} as const;

export const scanner = {
  title: 'Keyboard scanner',
} as const;
