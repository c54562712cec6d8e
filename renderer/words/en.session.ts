/** The words about the signed-in person, and about a page that is not let in. */
export const session = {
  idle: {
    label: 'You are about to be signed out',
    what: 'This screen was not used for a while.',
    left: 'Signing out in {seconds, plural, one {# second} other {# seconds}}.',
    stay: 'Stay signed in',
  },
  idleSetting: {
    title: 'Signing out by itself',
    meaning:
      'A person who has not pressed, typed or scanned anything for this long is signed out. A warning comes first. Units at work go on.',
    choice: '{minutes, plural, =0 {Never by itself} one {After # minute} other {After # minutes}}',
    saved: 'Saved.',
  },
  qa: {
    why: 'No operator or engineer is signed in',
    act: 'An operator or an engineer signs in to run the bench.',
  },
  people: {
    lastEngineer: 'The last engineer. Add another one first.',
    deactivateMyself: 'You are signed out at once, and your badge stops working. What you did stays in the records.',
    list: 'People',
    lastSignIn: 'Last sign-in',
    never: 'Never',
    signIns: 'Wrong PINs',
    none: 'None',
    wrong: '{count, plural, one {# wrong PIN} other {# wrong PINs}}',
    locked: 'Locked, {time} left',
    unlock: 'Unlock',
    unlockPerson: 'Unlock the badge of {name}',
    pinGiven: 'PIN given by an engineer, not changed yet',
    fromPlant: 'From the plant: role, badge and PIN are changed there',
    elsewhere: 'Known from {source}: cannot sign in here',
    former: '{count, plural, one {# former badge} other {# former badges}}',
    formerOne: '{badge}: {reason}, {actor}',
    reason: { lost: 'lost', damaged: 'damaged', other: 'another reason' },
    acts: 'More about {name}',
    inLog: 'In the audit log',
    qa: 'An engineer changes people. You can look at them here.',
    activate: {
      open: 'Activate again',
      title: 'Activate {name} again?',
      meaning: 'The badge {badge} works again, with the PIN and the role that {name} had.',
      go: 'Activate',
    },
    replaceBadge: {
      open: 'Replace the badge',
      title: 'Another badge for {name}',
      meaning:
        'The badge {badge} stops working at once, and {name} is signed out. Name, role, PIN and records stay. No other person can get {badge}.',
      badge: 'New badge number',
      why: 'Why',
      go: 'Replace it',
    },
    setRole: {
      open: 'Change the role',
      title: 'Another role for {name}',
      meaning: 'It counts at once, also where {name} is signed in now. What {name} did stays in the records.',
      go: 'Change it',
    },
    setPin: {
      open: 'Give a new PIN',
      title: 'A new PIN for {name}',
      meaning:
        'For a person who forgot theirs. {name} is signed out, and a lock of the badge ends. You know this PIN: until {name} changes it, {name} cannot agree as a second person.',
      pin: 'New PIN',
      go: 'Give it',
    },
  },
  handOver: {
    open: 'Hand over',
    title: 'Hand over to the next person',
    lead: 'The next person scans their badge.',
    stays: '{name} stays signed in until the PIN is right.',
    atWork:
      '{count, plural, =0 {No unit is at work.} one {# unit is at work and goes on. The records name both people.} other {# units are at work and go on. The records name both people.}}',
    go: 'Take over',
  },
  door: {
    none: {
      title: 'This tab is not let in',
      what: 'The station lets in only pages that were opened by an address of its own. A new tab needs a new one.',
      next: 'Press Enter in the station’s terminal. Open the address that it prints.',
    },
    spent: {
      title: 'This address was used already',
      what: 'An address lets in one page, and only once.',
      next: 'Press Enter in the station’s terminal. Open the new address that it prints.',
    },
    forgotten: {
      title: 'The station does not know this page any more',
      what: 'The station was started again, or this page was away for long. Nothing is lost: units and records are in the station.',
      next: 'Open the address that the station printed when it started. Enter in its terminal prints another.',
    },
    full: {
      title: 'Too many pages are open',
      what: 'The station serves sixteen pages at once.',
      next: 'Close a page that is not needed. Then try again.',
    },
    gone: {
      title: 'The station does not answer',
      what: 'The station was stopped, or it is starting again. Units and records are in the station; nothing is lost with this page.',
      next: 'Start the station again if it was stopped. This page comes back by itself.',
    },
    noTerminal: 'Start the station again. Open the address that it prints then.',
    again: 'Try again',
  },
} as const;
