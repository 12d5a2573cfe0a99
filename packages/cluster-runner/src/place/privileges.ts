/** One capability that the cluster container is given, and what does not work without it (found by trial). */
export interface CapabilityReason {
  readonly name: string;
  readonly reason: string;
}

/**
 * The capabilities of a container that requests none. If the node lacks one of them, runc starts no container
 * ("unable to apply caps").
 */
const everyContainer =
  "Docker's default set, which every container and pod inside is given: without it none starts";

/**
 * All that the cluster needs: `./istio-ci test --campaign privileges` tries without each
 * (docs/privileges.md). SYS_RESOURCE, SYS_MODULE, SYS_TIME and the rest of `--privileged` are not among it.
 * No container inside can have a capability that this list lacks.
 */
export const capabilities: readonly CapabilityReason[] = [
  { name: 'AUDIT_WRITE', reason: everyContainer },
  { name: 'CHOWN', reason: everyContainer },
  { name: 'DAC_OVERRIDE', reason: everyContainer },
  { name: 'FOWNER', reason: everyContainer },
  { name: 'FSETID', reason: everyContainer },
  { name: 'KILL', reason: everyContainer },
  { name: 'MKNOD', reason: everyContainer },
  { name: 'NET_BIND_SERVICE', reason: everyContainer },
  { name: 'NET_RAW', reason: everyContainer },
  { name: 'SETFCAP', reason: everyContainer },
  { name: 'SETGID', reason: everyContainer },
  { name: 'SETPCAP', reason: everyContainer },
  { name: 'SETUID', reason: everyContainer },
  { name: 'SYS_CHROOT', reason: everyContainer },
  {
    name: 'NET_ADMIN',
    reason: 'bridges, iptables and addresses: without it the boot fails at its first network link',
  },
  { name: 'SYS_ADMIN', reason: 'mounts and namespaces: without it the container ends in its preparation' },
  {
    name: 'SYS_PTRACE',
    reason: "a pod's containers join the namespaces of its sandbox through /proc: without it none starts",
  },
];

/** What a device rule allows and why. */
export const deviceRules: readonly { readonly rule: string; readonly reason: string }[] = [
  {
    rule: 'a *:* rwm',
    reason: 'privileged containers and pods ask for all devices: without it none of them starts',
  },
];

/**
 * The engine's confinements that have to be lifted, and why. /proc stays masked: the image makes writable
 * what it needs.
 */
export const securityOptions: readonly { readonly option: string; readonly reason: string }[] = [
  {
    option: 'seccomp=unconfined',
    reason: 'the default profile refuses what runc does: without it no container starts inside',
  },
  {
    option: 'apparmor=unconfined',
    reason: 'on a host with AppArmor, the default profile forbids mounts; elsewhere it changes nothing',
  },
];
