#!/bin/sh
# volumes of a pod of an ordinary user: emptyDir on disk and in memory, fsGroup, ConfigMap, token, hostPath
set -eu
kubectl wait --for=condition=Ready pod/user --timeout=30s >/dev/null || {
  kubectl describe pod user | tail -n 3
  exit 1
}
kubectl exec user -- sh -c 'touch /disk/x && touch /memory/x && cat /config/key && cat /var/run/secrets/kubernetes.io/serviceaccount/token >/dev/null && cat /host/hostname'
test "$(kubectl exec user -- stat --format='%u %g' /disk/x)" = '1000 2000'
