/**
 * What can start Kubernetes in the node. The boot program has the same list
 * (`internal/bootstrap/bootstrapper.go`).
 */
export const bootstrappers = ['native', 'minikube'] as const;

export type Bootstrapper = (typeof bootstrappers)[number];

/** The one that is used if none is requested. */
export const defaultBootstrapper: Bootstrapper = 'native';
