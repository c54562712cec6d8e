/* Erasing an identity as one act, whatever the store can do at once. */
#ifndef ERASE_H
#define ERASE_H

#include <stdbool.h>

/*
 * Forgets key, certificate, chain, root and config. A power cut leaves all of them, or a mark that the erasure has
 * begun; then erase_finish does the rest. False if the store failed: nothing is erased, or erase_finish has work left.
 */
bool erase_all(void);

/* Ends an erasure that has begun. True also if there is none. Until it is true, the slots hold half an identity. */
bool erase_finish(void);

#endif
