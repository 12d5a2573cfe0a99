package bootstrap

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/minikube"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/system"
)

// minikubeBootstrapper runs `minikube start --driver=none`, which runs kubeadm, on the node's own containerd
// and through its own systemctl. Most of Kubernetes' programs are pods then.
var minikubeBootstrapper = Bootstrapper{
	Name:  "minikube",
	Check: minikube.CheckInstalled,
	setUp: steps(placeBinaries, writeNodeFiles(outerCorefile), writeDockerCertificates),
	phases: []phase{
		{name: "containerd", log: logFile("containerd"), limit: long,
			run: steps(up("containerd"), await(containerdListens), importPause, importKubeadmImages)},
		{name: "docker", log: logFile("docker"), limit: long,
			run: steps(up("docker"), await(dockerAnswers), up("coredns")), check: dockerAnswers},
		// minikube restarts containerd, so nothing else may use it at that time.
		{name: "minikube", after: []string{"containerd", "docker"}, log: logFile("minikube-start"), limit: 5 * time.Minute,
			run: steps(startMinikube, shortenDNSProbe, signIdentities)},
		{name: "api", after: []string{"minikube"}, log: podLog("kube-apiserver"), limit: long,
			run: await(apiReady), check: apiReady},
		{name: "node", after: []string{"minikube"}, log: logFile("kubelet"), limit: long,
			run: await(nodeReady), check: nodeReady},
		{name: "serviceaccount", after: []string{"minikube"}, log: podLog("kube-controller-manager"), limit: short,
			run: await(serviceAccountReady), check: serviceAccountReady},
		{name: "dns", after: []string{"minikube"}, log: podLog("coredns"), limit: long,
			run: await(dnsAnswersSoon), check: dnsAnswers},
	},
	startControllers: applyRolesAndStartControllers,
}

func placeBinaries(ctx context.Context, c *cluster) error {
	version, err := minikube.KubernetesVersion(ctx)
	if err != nil {
		return err
	}
	c.kubernetes = version
	return minikube.PlaceBinaries(version)
}

func importKubeadmImages(ctx context.Context, c *cluster) error {
	return minikube.ImportImages(ctx, c.kubernetes)
}

func startMinikube(ctx context.Context, c *cluster) error {
	names := pki.APIServerNames(c.Name, c.Node.Addresses, net.ParseIP(config.APIService), c.Config.CertSANs)
	return minikube.Start(ctx, c.kubernetes, names, c.Timeline.Log)
}

// shortenDNSProbe makes the kubelet probe CoreDNS every second. With kubeadm's ten seconds, of which the
// kubelet waits a random part before its first probe (kubelet, prober.worker.run), the boot would wait for
// that last.
func shortenDNSProbe(ctx context.Context, _ *cluster) error {
	const patch = `{"spec":{"template":{"spec":{"containers":[{"name":"coredns","readinessProbe":{"periodSeconds":1}}]}}}}`
	_, err := system.Run(ctx, "kubectl", "--kubeconfig="+AdminKubeconfig, "--namespace=kube-system", "patch", "deployment", "coredns", "--patch="+patch)
	return err
}

// signIdentities signs the identities that the node itself uses, the administrator's and its controllers',
// with the authority that minikube made.
func signIdentities(_ context.Context, c *cluster) error {
	var pair pki.Pair
	var err error
	for path, part := range map[string]*[]byte{"ca.crt": &pair.Cert, "ca.key": &pair.Key} {
		if *part, err = os.ReadFile(filepath.Join(minikube.Certificates, path)); err != nil {
			return err
		}
	}
	ca, err := pki.ReadAuthority(pair, time.Now())
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
	c.kubeconfig = pki.Kubeconfig(kube.Server, ca.Cert, "kubernetes-admin", admin)
	c.admin, err = kube.NewClient(ca.Cert, admin, c.Config.Limit(ready.Attempt))
	return err
}

// applyRolesAndStartControllers gives the node's controllers their roles, which the native bootstrapper's
// etcd has in its seed, and starts them.
func applyRolesAndStartControllers(ctx context.Context, _ *cluster) error {
	const manifest = "/usr/share/istio-ci/manifests/controllers.yaml"
	if _, err := system.Run(ctx, "kubectl", "--kubeconfig="+KubeconfigPath, "apply", "--filename="+manifest); err != nil {
		return err
	}
	return service.Up(ctx, controllers)
}
