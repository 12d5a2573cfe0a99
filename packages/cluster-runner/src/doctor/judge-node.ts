import { z } from 'zod';
import { broken, type Fault, type Finding, fine, warning } from './finding.ts';

/** What `istio-ci-node doctor --json` prints. */
export const nodeFindings = z.array(z.object({ code: z.string(), message: z.string(), remedy: z.string() }));

/** One feature that is tried in a container of the node, and the consequence if it is missing. */
interface Feature {
  /** Run by `sh`; the feature works if it exits 0. */
  readonly command: string;
  readonly verdict: typeof broken | typeof warning;
  readonly fault: Fault;
}

const load = (module: string) => `Load it on the engine's machine: modprobe ${module}.`;

/** What Kubernetes and Istio ask of the kernel, each really used once. */
export const features: Readonly<Record<string, Feature>> = {
  redirect: {
    command: 'iptables -w -t nat -A ISTIO_CI -p tcp -j REDIRECT --to-ports 15001',
    verdict: broken,
    fault: [
      'KERNEL_NO_REDIRECT',
      "iptables cannot redirect, by which Istio leads a pod's traffic to its proxy.",
      load('xt_REDIRECT'),
    ],
  },
  owner: {
    command: 'iptables -w -t nat -A ISTIO_CI -m owner --uid-owner 1337 -j RETURN',
    verdict: broken,
    fault: [
      'KERNEL_NO_OWNER',
      "iptables cannot match by user, by which Istio leaves its proxy's own traffic alone.",
      load('xt_owner'),
    ],
  },
  tproxy: {
    command: 'iptables -w -t mangle -A ISTIO_CI -p tcp -j TPROXY --on-port 15001 --tproxy-mark 1',
    verdict: warning,
    fault: [
      'KERNEL_NO_TPROXY',
      'iptables has no TPROXY, so that interception mode of Istio cannot be tested.',
      load('xt_TPROXY'),
    ],
  },
  conntrack: {
    command:
      'iptables -w -t mangle -A ISTIO_CI -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT && conntrack -C',
    verdict: broken,
    fault: [
      'KERNEL_NO_CONNTRACK',
      'The kernel does not track connections, which the addresses of services rest on.',
      load('nf_conntrack_netlink xt_conntrack'),
    ],
  },
  overlay: {
    command:
      'd=$(mktemp -d -p /var/lib/containerd) && mkdir $d/l $d/u $d/w $d/m && mount -t overlay -o lowerdir=$d/l,upperdir=$d/u,workdir=$d/w overlay $d/m && umount $d/m && rm -r $d',
    verdict: broken,
    fault: [
      'KERNEL_NO_OVERLAY',
      'No overlay file system can be mounted, of which every container inside is made.',
      load('overlay'),
    ],
  },
  'container dns': {
    // Through DNS only, because /etc/hosts has its own name too.
    command: 'getent -s hosts:dns hosts kubernetes',
    verdict: broken,
    fault: [
      'CONTAINER_DNS',
      "Docker's own name server does not answer in containers.",
      "See that the engine's machine lets the engine set iptables rules (dockerd --iptables=true).",
    ],
  },
};

/** A shell script that tries each feature and prints `NAME<tab>EXIT CODE<tab>FIRST LINE`. */
export const tryFeatures: string = [
  'for table in nat mangle; do iptables -w -t $table -N ISTIO_CI; done',
  `try() { said=$(sh -c "$2" 2>&1); printf '%s\\t%s\\t%s\\n' "$1" $? "$(printf %s "$said" | head -n 1)"; }`,
  ...Object.entries(features).map(([name, { command }]) => `try '${name}' '${command}'`),
].join('\n');

/** The script's output as findings; a feature that it did not reach counts as missing. Pure. */
export function judgeFeatures(output: string): Finding[] {
  const lines = new Map(output.split('\n').map((line) => [line.split('\t')[0], line.split('\t').slice(1)]));
  return Object.entries(features).map(
    ([
      name,
      {
        verdict,
        fault: [code, message, remedy],
      },
    ]) => {
      const [exitCode, said] = lines.get(name) ?? [];
      if (exitCode === '0') return fine(name, 'It works.');
      return verdict(
        name,
        code,
        `${message.replace(/\.$/, '')}${said ? `: ${said.replace(/\.$/, '')}` : ''}.`,
        remedy,
      );
    },
  );
}

/** What the node itself found wrong in its container; one finding that says so if there is nothing. Pure. */
export function judgeNode(found: z.infer<typeof nodeFindings>): Finding[] {
  if (found.length === 0) return [fine('node', 'A container of the node has all it needs.')];
  return found.map(({ code, message, remedy }) =>
    (scarce.includes(code) ? warning : broken)('node', code, message, remedy),
  );
}

/**
 * Resources that are scarce although a cluster still boots. The engine's own facts cover what it needs at
 * least.
 */
const scarce = ['NODE_DISK', 'NODE_MEMORY', 'NODE_INOTIFY', 'NODE_NO_DNS'];
