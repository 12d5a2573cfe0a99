/** The cluster container as `docker run` starts it, less one of the things that it is given. */
export interface Trial {
  /** What is left out; undefined where nothing is. */
  readonly without: string | undefined;
  readonly args: readonly string[];
}

/** The options that give the container something; each stands with one value. */
const giving = ['--cap-add', '--security-opt', '--device-cgroup-rule', '--volume'];

/** All of a command's arguments once, and once without each thing that they give. Pure. */
export function trialsOf(args: readonly string[]): Trial[] {
  const places = args.flatMap((arg, index) => (giving.includes(arg) ? [index] : []));
  return [
    { without: undefined, args },
    ...places.map((place) => ({
      without: args.slice(place, place + 2).join(' '),
      args: args.toSpliced(place, 2),
    })),
  ];
}
