/** The one channel a page asks on, and the one it is told on. */
export const invokeChannel = 'birthmark:invoke';
export const pushChannel = 'birthmark:push';
