#!/bin/sh
# kubectl exec, logs and port-forward
set -eu
kubectl exec web -- cat /etc/built
kubectl logs web | grep --quiet started
kubectl port-forward pod/web 18080:80 >/dev/null &
for _ in 1 2 3 4 5 6 7 8 9 10; do
  if curl --silent --max-time 2 http://127.0.0.1:18080/ | grep --quiet hello; then exit 0; fi
  sleep 0.5
done
exit 1
