#!/bin/sh
# /usr/bin/birthmark of the Debian package.
exec /opt/Birthmark/resources/program/bin/birthmark "$@"
