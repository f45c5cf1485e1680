#!/usr/bin/env bash
# again.sh COMMAND... runs a command that needs the network, three times at most
# while it fails.
set -u
for pause in 10 30; do
	"$@" && exit
	echo "again in $pause s: $*" >&2
	sleep "$pause"
done
exec "$@"
