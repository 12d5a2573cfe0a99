package seed

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/system"
)

// Make starts an API server with etcd in a temporary folder, applies the manifests, waits until the API
// server has created its own objects, and saves the seed. It needs no privileges, so it runs in an image
// build. None of this API server's keys are kept.
func Make(ctx context.Context, manifests, path string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "seed-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	admin, err := writeKeys(dir)
	if err != nil {
		return 0, err
	}
	stopEtcd, err := start(ctx, dir, "etcd", "--data-dir="+dir+"/etcd", "--unsafe-no-fsync", "--log-level=error")
	if err != nil {
		return 0, err
	}
	defer stopEtcd()
	stopServer, err := start(ctx, dir, "kube-apiserver", serverArguments(dir)...)
	if err != nil {
		return 0, err
	}
	defer stopServer()
	if err := ready.Await(ctx, 50*time.Millisecond, admin.Ready); err != nil {
		return 0, fmt.Errorf("the API server did not become ready: %w: %v", err, system.Tail(dir+"/kube-apiserver.log", 5))
	}
	if _, err := system.Run(ctx, "kubectl", "--kubeconfig="+dir+"/kubeconfig", "apply", "--filename="+manifests); err != nil {
		return 0, err
	}
	return Save(ctx, Etcd(ready.EtcdURL), path)
}

func writeKeys(dir string) (*kube.Client, error) {
	ca, err := pki.NewAuthority("seed", time.Now())
	if err != nil {
		return nil, err
	}
	server, err := ca.Server("kube-apiserver", pki.Names{IPs: []net.IP{net.IPv4(127, 0, 0, 1)}})
	if err != nil {
		return nil, err
	}
	admin, err := ca.Client("seed", "system:masters")
	if err != nil {
		return nil, err
	}
	private, public, err := pki.SigningKey()
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{
		"ca.crt": ca.Cert, "server.crt": server.Cert, "server.key": server.Key, "sa.key": private, "sa.pub": public,
		"kubeconfig": pki.Kubeconfig(kube.Server, ca.Cert, "seed", admin),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	return kube.NewClient(ca.Cert, admin, ready.Attempt)
}

func serverArguments(dir string) []string {
	return []string{
		// A documentation address (RFC 5737): nothing connects to it, and a loopback address is refused.
		"--advertise-address=192.0.2.1",
		"--secure-port=8443", "--etcd-servers=" + ready.EtcdURL, "--client-ca-file=" + dir + "/ca.crt",
		"--tls-cert-file=" + dir + "/server.crt", "--tls-private-key-file=" + dir + "/server.key",
		"--service-account-issuer=https://kubernetes.default.svc." + config.ClusterDomain,
		"--service-account-key-file=" + dir + "/sa.pub", "--service-account-signing-key-file=" + dir + "/sa.key",
		"--service-cluster-ip-range=" + config.ServiceCIDR, "--authorization-mode=Node,RBAC",
	}
}

// start runs a program, with its output in dir/NAME.log, until the returned function is called.
func start(ctx context.Context, dir, name string, arguments ...string) (stop func(), err error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		log.Close()
		return nil, err
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		log.Close()
	}, nil
}
