#include <stdio.h>

#include "agent.h"
#include "crypto.h"
#include "host.h"

static agent device;

static void on_byte(char byte) { agent_receive(&device, byte); }

int main(int argc, char **argv) {
  host_read_options(argc, argv);
  if (!host_open_store() || !crypto_begin()) {
    fprintf(stderr, "agent: cannot open the state folder %s\n", host.state);
    return 1;
  }
  agent_begin(&device);
  if (host.connect) {
    int status = host_publish(&device);
    crypto_end();
    return status;
  }
  if (!wire_open()) {
    perror("agent: cannot open a pseudo-terminal or make the link");
    return 1;
  }
  wire_run(on_byte);
  wire_close();
  crypto_end();
  return 0;
}
