/** Istio's tag suffixes for its image variants. */
export const variants = ['', '-debug', '-distroless'];
