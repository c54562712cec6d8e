/* What the ports for an RTOS offer to the application: zephyr/port_zephyr.c, esp-idf/birthmark_agent/port_espidf.c. */
#ifndef START_H
#define START_H

#include <stdbool.h>

/*
 * Opens the store and the serial port, ends an erasure that a power cut interrupted, and starts the agent's thread. Call
 * it once, before the application uses the identity. False if flash, serial port or entropy fail.
 */
bool birthmark_agent_start(void);

#endif
