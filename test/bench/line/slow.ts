/** What eMMC in a line PC takes for an fsync. Apart from the slow writer: to import that is to start it. */
export const addedCommitMs = 20;
