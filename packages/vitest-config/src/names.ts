/** Part of the name of each test that is skipped without minikube, which no package registry has. */
export const needsMinikube = '(needs minikube)';
