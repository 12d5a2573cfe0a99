#!/bin/sh
# docker run: a container with a published port.
set -eu
docker run --detach --rm --name web --publish 127.0.0.1:8080:80 trial:1 \
  socat TCP-LISTEN:80,fork,reuseaddr EXEC:/serve >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
  if curl --silent --max-time 2 http://127.0.0.1:8080/ | grep --quiet hello; then break; fi
  sleep 0.5
done
curl --silent --show-error --max-time 2 http://127.0.0.1:8080/ | grep --quiet hello
docker rm --force web >/dev/null
