/* Zephyr 3.6 to 4.3: what port_zephyr.c uses of it, for the compiler. */
#pragma once
#include <stdbool.h>
struct device {
  const char *name;
};
extern const struct device stub_device;
#define DEVICE_DT_GET(node) (&stub_device)
bool device_is_ready(const struct device *dev);
