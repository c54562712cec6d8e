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
    again: 'Try again',
  },
} as const;
