#!/bin/sh
# pods: one from the image just built, never pulled, with a readiness probe that the kubelet makes.
set -eu
kubectl apply --filename /tmp/trial/checks/pods.yaml >/dev/null
kubectl wait --for=condition=Ready pod/web --timeout=30s >/dev/null || {
  kubectl describe pod web | tail -n 3
  exit 1
}
