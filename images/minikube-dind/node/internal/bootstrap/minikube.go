package bootstrap

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/system"
)

// What an image with minikube has and the plain one has not. crictl is asked for by minikube's driver `none`.
var minikubePrograms = []string{programFolder + "/minikube", programFolder + "/crictl"}

// minikube is `minikube start --driver=none`, which runs kubeadm, on our containerd and through our systemctl.
var minikube = Bootstrapper{
	Phases: []string{Prepare, "containerd", "docker", "minikube", "api", "node", "serviceaccount", "dns"},
	Check: func() error {
		for _, program := range minikubePrograms {
			if _, err := os.Stat(program); err != nil {
				return failure.NoMinikube(program)
			}
		}
		return nil
	},
	Boot: bootMinikube,
}

func bootMinikube(ctx context.Context, m Machine) error {
	version, err := system.Run(ctx, "kubeadm", "version", "--output=short")
	if err != nil {
		return err
	}
	version = strings.TrimSpace(version)
	if err := placeBinaries(version); err != nil {
		return err
	}
	if err := writeNodeFiles(m, outerCorefile(network.Nameservers(m.ResolvConf))); err != nil {
		return err
	}
	if m.Config.DockerTLS {
		if err := writeDockerCertificates(m, time.Now()); err != nil {
			return err
		}
	}
	if err := connectPods(ctx); err != nil {
		return err
	}
	b := &minikubeBoot{machine: m, version: version}
	if err := runPhases(ctx, m, b.phases()); err != nil {
		return err
	}
	if err := finish(ctx, m, b.admin, b.kubeconfig); err != nil {
		return err
	}
	return startControllers(ctx) // nothing that has to be true waits for them
}

// minikubeBoot is what the phases find out.
type minikubeBoot struct {
	machine    Machine
	version    string
	admin      *kube.Client
	kubeconfig []byte
}

func (b *minikubeBoot) phases() []phase {
	const short, long = 30 * time.Second, 90 * time.Second
	await := func(check ready.Check) func(context.Context) error {
		return func(ctx context.Context) error { return ready.Await(ctx, b.machine.poll(), check) }
	}
	up := func(services ...string) func(context.Context) error {
		return func(ctx context.Context) error { return service.Up(ctx, services...) }
	}
	// the client is there once minikube is done
	client := func(check func(context.Context, *kube.Client) error) func(context.Context) error {
		return func(ctx context.Context) error {
			return ready.Await(ctx, b.machine.poll(), func(ctx context.Context) error { return check(ctx, b.admin) })
		}
	}
	after := []string{"minikube"}
	dnsAttempt := b.machine.Config.Limit(250 * time.Millisecond)
	return []phase{
		{name: "containerd", log: logOf("containerd"), limit: long, run: steps(
			up("containerd"), await(ready.ContainerdListens), importPause,
			func(ctx context.Context) error { return importKubeadmImages(ctx, b.version) })},
		{name: "docker", log: logOf("docker"), limit: long, run: steps(up("docker"), await(ready.DockerAnswers(b.machine.Config.Limit(ready.Attempt))), up("coredns"))},
		// minikube restarts containerd, so nothing else may be at work on it
		{name: "minikube", after: []string{"containerd", "docker"}, log: logOf("minikube-start"), limit: 5 * time.Minute, run: steps(
			b.start, hastenDNS, b.identify)},
		{name: "api", after: after, log: logOf("kubelet"), limit: long, run: client(func(ctx context.Context, c *kube.Client) error { return c.Ready(ctx) })},
		{name: "node", after: after, log: logOf("kubelet"), limit: long, run: client(func(ctx context.Context, c *kube.Client) error {
			return c.NodeReady(ctx, b.machine.Name)
		})},
		{name: "serviceaccount", after: after, log: logOf("kubelet"), limit: short, run: client(func(ctx context.Context, c *kube.Client) error {
			return c.ServiceAccountReady(ctx)
		})},
		{name: "dns", after: after, log: logOf("coredns"), limit: long, run: await(ready.DNSAnswers(dnsAttempt))},
	}
}

// start runs minikube; what it prints is part of the container's output.
func (b *minikubeBoot) start(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, minikubePrograms[0], minikubeArguments(b.version, b.machine)...)
	cmd.Env = append(os.Environ(), minikubeEnvironment...)
	cmd.Stdout, cmd.Stderr = b.machine.Timeline.Log, b.machine.Timeline.Log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("minikube start: %w", err)
	}
	return nil
}

// hastenDNS lets the kubelet ask CoreDNS each second whether it is ready. kubeadm's ten seconds, of which the kubelet waits a random part
// before it asks at all, are what the boot would wait for last (kubelet, prober.worker.run).
func hastenDNS(ctx context.Context) error {
	const patch = `{"spec":{"template":{"spec":{"containers":[{"name":"coredns","readinessProbe":{"periodSeconds":1}}]}}}}`
	_, err := system.Run(ctx, "kubectl", "--kubeconfig="+AdminKubeconfig, "--namespace=kube-system", "patch", "deployment", "coredns", "--patch="+patch)
	return err
}

const (
	minikubeHome  = "/root/.minikube"
	minikubeCerts = "/var/lib/minikube/certs"
	manifests     = "/usr/share/istio-ci/manifests/controllers.yaml"
)

// identify lets the authority that minikube made sign the identities that the node itself uses: the administrator's and its controllers'.
func (b *minikubeBoot) identify(context.Context) error {
	var given pki.Pair
	var err error
	for path, part := range map[string]*[]byte{"ca.crt": &given.Cert, "ca.key": &given.Key} {
		if *part, err = os.ReadFile(filepath.Join(minikubeCerts, path)); err != nil {
			return err
		}
	}
	ca, err := pki.ReadAuthority(given, time.Now())
	if err != nil {
		return err
	}
	admin, err := ca.Client("kubernetes-admin", "system:masters")
	if err != nil {
		return err
	}
	controllersClient, err := ca.Client(controllersUser)
	if err != nil {
		return err
	}
	for name, pair := range map[string]pki.Pair{"admin": admin, controllers: controllersClient} {
		if err := writePair(name, pair); err != nil {
			return err
		}
	}
	if err := system.WriteFile(filepath.Join(pkiDir, "ca.crt"), ca.Cert, 0o644); err != nil {
		return err
	}
	b.kubeconfig = pki.Kubeconfig(kube.Server, ca.Cert, "kubernetes-admin", admin)
	b.admin, err = kube.NewClient(ca.Cert, admin, b.machine.Config.Limit(ready.Attempt))
	return err
}

// startControllers gives the node's controllers their roles, which the native bootstrapper's etcd has from its beginning.
func startControllers(ctx context.Context) error {
	if _, err := system.Run(ctx, "kubectl", "--kubeconfig="+KubeconfigPath, "apply", "--filename="+manifests); err != nil {
		return err
	}
	return service.Up(ctx, controllers)
}

// placeBinaries puts Kubernetes' programs where minikube looks before it would download them: for the node and for its own questions.
func placeBinaries(version string) error {
	for _, folder := range []string{
		filepath.Join("/var/lib/minikube/binaries", version),
		filepath.Join(minikubeHome, "cache/linux", runtime.GOARCH, version),
	} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		for _, name := range []string{"kubeadm", "kubectl", "kubelet"} {
			if err := os.Symlink(filepath.Join(programFolder, name), filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// minikubeEnvironment: no questions, no look for news, plain text, and its kubeconfig elsewhere: /kubeconfig appears when all is true.
var minikubeEnvironment = []string{
	"MINIKUBE_WANTUPDATENOTIFICATION=false", "MINIKUBE_WANTREPORTERRORPROMPT=false", "CHANGE_MINIKUBE_NONE_USER=true",
	"MINIKUBE_WANTNONEDRIVERWARNING=false", "MINIKUBE_IN_STYLE=false", "MINIKUBE_HOME=" + minikubeHome, "HOME=/root",
	"KUBECONFIG=" + kubernetesDir + "/minikube.conf",
}

// minikubeArguments is the call that gives the same cluster as the native bootstrapper: version, networks, names in the certificate.
func minikubeArguments(version string, m Machine) []string {
	names := pki.APIServerNames(m.Name, m.Node.Addresses, net.ParseIP(config.APIService), m.Config.CertSANs)
	var addresses []string
	for _, ip := range names.IPs {
		addresses = append(addresses, ip.String())
	}
	return []string{
		"start", "--driver=none", "--container-runtime=containerd", "--kubernetes-version=" + version,
		"--force", // as root, and with a Kubernetes that may be newer than minikube
		"--interactive=false",
		"--apiserver-port=8443",
		"--apiserver-names=" + strings.Join(names.DNS, ","),
		"--apiserver-ips=" + strings.Join(addresses, ","),
		"--service-cluster-ip-range=" + config.ServiceCIDR,
		"--extra-config=kubeadm.pod-network-cidr=" + config.PodCIDR,
		"--cni=false",            // the pods' network is the node's, as in the native bootstrapper
		"--install-addons=false", // their images would have to be pulled
		"--wait=none",            // what has to be true is asked after it, the same for both bootstrappers
		"--extra-config=kubelet.resolv-conf=" + kubernetesDir + "/resolv.conf",
		// what a container on a shared host has to live with: no CAP_SYS_RESOURCE, and maybe cgroup v1
		"--feature-gates=KubeletInUserNamespace=true",
		"--extra-config=kubeadm.ignore-preflight-errors=SystemVerification",
	}
}
