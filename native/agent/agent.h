/*
 * The reference agent. Bytes from the station come in through agent_receive; frames go out through port_send.
 * PROTOCOL.md defines both. The core uses no memory but one static `agent` (about 5 KB).
 */
#ifndef AGENT_H
#define AGENT_H

#include "answer.h"
#include "port.h"

enum {
  AGENT_ITEM_MAX = 4096,  /* bytes of one item */
  AGENT_CHUNK_MAX = 162,  /* bytes of one data or read, before base64 */
  AGENT_WINDOW = 1024,    /* the port's receive buffer: unanswered bytes the station may send */
  AGENT_SERIAL_MAX = 32   /* bytes of a unit serial */
};

/* The exchange buffer holds an incoming item (a port_slot), the outgoing CSR, or nothing. */
enum { BUFFER_EMPTY = -1, BUFFER_CSR = SLOT_COUNT };

typedef struct {
  char line[FRAME_LIMIT]; /* the request being received, from its mark on */
  size_t used;
  bool in_frame;

  uint8_t buffer[AGENT_ITEM_MAX];
  size_t buffer_n; /* of the CSR */
  int buffer_holds;

  answer kept; /* the last answer to a command that is not done twice */
  uint32_t kept_crc;
  bool has_kept;

  answer out;
  uint32_t seq; /* of the request that `out` answers */
  uint32_t started_ms;
} agent;

/* Begins, and ends an erasure that a power cut interrupted: call it before you use what the slots hold. */
void agent_begin(agent *a);

/* Takes one byte from the station. If it completes a request, the answer is sent before this returns. */
void agent_receive(agent *a, char byte);

#endif
