#!/bin/sh
# services: by address and by name, from another pod
set -eu
kubectl wait --for=condition=Ready pod/root --timeout=30s >/dev/null
address=$(kubectl get service web --output=jsonpath='{.spec.clusterIP}')
kubectl exec root -- curl --silent --show-error --max-time 5 "http://$address/" | grep --quiet hello
kubectl exec root -- curl --silent --show-error --max-time 5 http://web.default.svc.cluster.local/ | grep --quiet hello
