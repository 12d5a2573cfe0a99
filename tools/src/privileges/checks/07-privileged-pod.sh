#!/bin/sh
# a privileged pod: it may mount, and what it mounts where it was asked to is seen by others
set -eu
kubectl exec root -- sh -c 'mkdir -p /shared/tmpfs && mount -t tmpfs none /shared/tmpfs && touch /shared/tmpfs/x'
test -e /tmp/trial/shared/tmpfs/x
