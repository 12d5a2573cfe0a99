#!/bin/sh
# what Istio does in a pod with NET_ADMIN and NET_RAW: REDIRECT, owner and TPROXY, each checked
set -eu
kubectl wait --for=condition=Ready pod/mesh --timeout=30s >/dev/null
kubectl exec mesh -- sh -euc '
iptables -t nat -N ISTIO_REDIRECT
iptables -t nat -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
iptables -t nat -A OUTPUT -p tcp -d 192.0.2.1 -m owner --uid-owner 1337 -j RETURN
iptables -t nat -A OUTPUT -p tcp -d 192.0.2.1 -j ISTIO_REDIRECT
iptables -t mangle -A PREROUTING -p tcp --dport 16000 -m conntrack --ctstate NEW,ESTABLISHED -j TPROXY --tproxy-mark 0x539/0xffffffff --on-port 15006
ip rule add fwmark 1337 lookup 133
ip route add local default dev lo table 133
'
test "$(kubectl exec mesh -- socat -T5 - TCP:192.0.2.1:80,connect-timeout=5)" = redirected
if kubectl exec mesh -- setpriv --reuid=1337 --clear-groups socat -T1 - TCP:192.0.2.1:80,connect-timeout=1 2>/dev/null; then exit 1; fi
address=$(kubectl get pod mesh --output=jsonpath='{.status.podIP}')
test "$(kubectl exec root -- socat -T5 - "TCP:$address:16000,connect-timeout=5")" = intercepted
