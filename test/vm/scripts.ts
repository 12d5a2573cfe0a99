/** Builds an image with a shell and iptables from files of the node: there is no registry. */
export const buildShellDemo = `
mkdir -p /tmp/demo/root/run && cd /tmp/demo
for program in /bin/sh /bin/echo /bin/sleep /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi; do
  { echo "$program"; ldd "$program" | grep -o '/[^ ]*'; }
done | sort -u | tar --create --dereference --files-from - /usr/lib/x86_64-linux-gnu/xtables | tar --extract --directory root
printf 'FROM scratch\\nCOPY root/ /\\nENV PATH=/bin:/usr/sbin\\n' > Dockerfile
docker build --quiet --tag localhost/shell-demo:1 .`;

/** Starts the pod and runs a command in it. */
export const runShellDemo = `
kubectl run shell-demo --image=localhost/shell-demo:1 --image-pull-policy=Never --restart=Never \\
  --overrides='{"spec":{"containers":[{"name":"shell-demo","image":"localhost/shell-demo:1","imagePullPolicy":"Never",
    "command":["sleep","100000"],"securityContext":{"capabilities":{"add":["NET_ADMIN","NET_RAW"]}}}]}}' >&2
kubectl wait --for=condition=Ready pod/shell-demo --timeout=500s >&2
kubectl exec shell-demo -- sh -c 'echo hello from the pod'`;

/**
 * The rules of istio-init in a pod with a sidecar: redirect both directions, except for the user of the
 * proxy.
 */
export const istioRules = `
flavour=$(iptables --version | grep -q nf_tables && echo nft || echo legacy)
kubectl exec shell-demo -- sh -euc "
rule() { xtables-$flavour-multi iptables -t nat \\"\\$@\\"; }
rule -N ISTIO_REDIRECT
rule -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
rule -N ISTIO_OUTPUT
rule -A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
rule -A ISTIO_OUTPUT -j ISTIO_REDIRECT
rule -A OUTPUT -p tcp -j ISTIO_OUTPUT
rule -S"`;
