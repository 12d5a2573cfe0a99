#!/bin/sh
# docker run --privileged
set -eu
docker run --rm --privileged trial:1 sh -c 'mkdir /mnt && mount -t tmpfs none /mnt && touch /mnt/x'
