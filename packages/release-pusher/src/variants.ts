/** Istio's own endings of a tag for its image variants (release.md A3). */
export const variants = ['', '-debug', '-distroless'];
