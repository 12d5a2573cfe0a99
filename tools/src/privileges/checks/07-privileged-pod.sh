#!/bin/sh
# a privileged pod: it may mount, and others see the mounts where propagation is on
set -eu
kubectl exec root -- sh -c 'mkdir -p /shared/tmpfs && mount -t tmpfs none /shared/tmpfs && touch /shared/tmpfs/x'
test -e /tmp/trial/shared/tmpfs/x
