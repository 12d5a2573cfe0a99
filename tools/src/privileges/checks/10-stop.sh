#!/bin/sh
# pods of another user are stopped, and no process of theirs is left
set -eu
kubectl delete pod user --grace-period=1 --timeout=30s >/dev/null
if pgrep --uid 1000; then exit 1; fi
