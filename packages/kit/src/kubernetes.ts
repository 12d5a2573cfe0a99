/**
 * The minor versions of Kubernetes that we build, oldest first. Their pins are in
 * images/minikube-dind/kubernetes.
 */
export const kubernetesMinors = ['1.34', '1.35', '1.36', '1.37'] as const;

export type KubernetesMinor = (typeof kubernetesMinors)[number];

/** The version that is used by default. */
export const defaultKubernetes: KubernetesMinor = '1.37';

/** The image label with the release of Kubernetes in it, such as `1.37.2`; containers inherit it. */
export const kubernetesLabel = 'dev.istio-ci.kubernetes';
