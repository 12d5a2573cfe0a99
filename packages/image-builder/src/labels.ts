/** Which of our images one is; everything that carries it was built here. */
export const imageLabel = 'dev.istio-ci.image';

/** The hash of all that an image was made of; the same as its tag. */
export const inputsLabel = 'dev.istio-ci.inputs';

/** On volumes that only save time and belong to no session: `docker volume rm` them at will. */
export const cacheLabel = 'dev.istio-ci.cache';

/** On a container that compiles. */
export const compileLabel = 'dev.istio-ci.compile';
