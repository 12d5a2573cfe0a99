/** The cluster container as `docker run` starts it, without one of its privileges. */
export interface Trial {
  /** What is left out; undefined if nothing is. */
  readonly without: string | undefined;
  readonly args: readonly string[];
}

/** The options that grant something; each has one value. */
const giving = ['--cap-add', '--security-opt', '--device-cgroup-rule', '--volume'];

/** The arguments of a command unchanged, and then once without each thing that they grant. Pure. */
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
