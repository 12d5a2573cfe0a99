/** The ports of the cluster image. */
export const ports = { api: 8443, docker: 2375, dockerTls: 2376 } as const;

/** Where the image looks for more certificates. */
export const extraCaPath = '/etc/istio-ci/extra-ca.crt';

/** Data that must not be on the container's own overlay file system. */
export const dataPaths = ['/var/lib/docker', '/var/lib/containerd', '/var/lib/kubelet', '/var/lib/etcd'];
