/** The channel on which a page asks, and the channel on which it is told. */
export const invokeChannel = 'birthmark:invoke';
export const pushChannel = 'birthmark:push';
