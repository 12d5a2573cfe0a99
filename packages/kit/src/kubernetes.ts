/** The minor versions of Kubernetes that we build, oldest first; each has its pins in images/minikube-dind/kubernetes. */
export const kubernetesMinors = ['1.34', '1.35', '1.36', '1.37'] as const;

export type KubernetesMinor = (typeof kubernetesMinors)[number];

/** The one that is taken where nobody asks for another. */
export const defaultKubernetes: KubernetesMinor = '1.37';

/** On images, and thereby on their containers: the release of Kubernetes that is in them, `1.37.2`. */
export const kubernetesLabel = 'dev.istio-ci.kubernetes';
