/* A pseudo-terminal that plays a serial port. */
#ifndef PTY_POSIX_H
#define PTY_POSIX_H

#include <stddef.h>

/*
 * Opens a raw, non-blocking pseudo-terminal and writes its path. Returns -1 with errno on failure. Afterwards poll() on
 * it reports POLLHUP while no program has the path open.
 */
int pty_open(char *path, size_t size);

#endif
