/* The host build: a PC that plays a device on a pseudo-terminal. Nothing here belongs in a firmware. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent.h"
#include "port.h"

typedef struct {
  const char *state, *link, *serial, *model;
  uint32_t baud;       /* 0: as fast as it goes */
  uint32_t compute_ms; /* added to each command that computes */
  uint32_t delay_ms;   /* before each answer */
  uint32_t seed;
  double drop, corrupt, duplicate; /* probability: per byte, per byte, per line */
  bool noise;
  const char *die_step; /* NULL: lives */
  bool die_after;
  const char *connect; /* HOST:PORT: publish once with the stored identity instead of playing the device */
  uint32_t tries, back_off_ms;
  const char *topic;   /* NULL: birthmark/THING */
  const char *message;
} host_options;

extern host_options host;

/* Reads the arguments into `host`. Ends the process on --help or a mistake. options_posix.c */
void host_read_options(int argc, char **argv);

/* Opens the store in host.state, or makes it. port_posix.c */
bool host_open_store(void);

/* Opens the pseudo-terminal, prints its path and makes the link. wire_posix.c */
bool wire_open(void);
/* Hands each incoming byte to on_byte, until SIGTERM or SIGINT. */
void wire_run(void (*on_byte)(char));
/* Queues bytes for the station. */
void wire_send(const char *bytes, size_t n);
/* Waits while queued bytes leave. Incoming bytes wait too, as in a UART's buffer. */
void wire_wait(uint32_t ms);
void wire_close(void);

/* `connect` of port_traits. connect_posix.c */
void host_connect(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context);
extern const port_session host_session;
/*
 * Connects with the stored identity, which a claim brings first where there is none, and publishes host.message. Returns
 * the exit status. connect_posix.c
 */
int host_publish(agent *a);

/*
 * Damages or repeats bytes as the options say. Each function calls `pass` for every byte that gets through.
 * faults_posix.c
 */
void faults_incoming(char byte, void (*pass)(char));
void faults_outgoing(const char *line, size_t n, void (*pass)(const char *, size_t));
/* Ends the process if the options ask it to die at this step. */
void faults_step(const char *step, bool done);

#endif
