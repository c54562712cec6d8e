#pragma once
/* The test passes the values that Kconfig has. */
