#pragma once
#include <stdint.h>
typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef struct QueueDefinition *QueueHandle_t;
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define pdPASS 1
