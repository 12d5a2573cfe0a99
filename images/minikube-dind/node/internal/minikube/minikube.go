// Package minikube runs `minikube start --driver=none`, which runs kubeadm, with the node's own programs. Its
// subpackages provide the systemctl that both of them call.
package minikube

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/system"
)

const (
	programFolder = "/usr/local/bin"
	home          = "/root/.minikube"
	// Certificates is the folder of the authority that minikube makes.
	Certificates = "/var/lib/minikube/certs"
)

// programs that only an image with minikube has. minikube's driver none needs crictl.
var programs = []string{programFolder + "/minikube", programFolder + "/crictl"}

// CheckInstalled fails with NODE_NO_MINIKUBE if the image lacks minikube or crictl.
func CheckInstalled() error {
	for _, program := range programs {
		if _, err := os.Stat(program); err != nil {
			return failure.NoMinikube(program)
		}
	}
	return nil
}

// KubernetesVersion returns the version of kubeadm and of everything else, like v1.37.2.
func KubernetesVersion(ctx context.Context) (string, error) {
	version, err := system.Run(ctx, "kubeadm", "version", "--output=short")
	return strings.TrimSpace(version), err
}

// PlaceBinaries links Kubernetes' programs to where minikube looks before it downloads them: for the node,
// and for its own use.
func PlaceBinaries(version string) error {
	for _, folder := range []string{
		filepath.Join("/var/lib/minikube/binaries", version),
		filepath.Join(home, "cache/linux", runtime.GOARCH, version),
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

// Start runs `minikube start` for this version of Kubernetes, with these names in the API server's
// certificate. What minikube prints goes to out.
func Start(ctx context.Context, version string, names pki.Names, out io.Writer) error {
	cmd := exec.CommandContext(ctx, programs[0], arguments(version, names)...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("minikube start: %w", err)
	}
	return nil
}

// environment turns off prompts, update checks and emoji. minikube's own kubeconfig goes elsewhere, since
// /kubeconfig appears only when the cluster is ready.
var environment = []string{
	"MINIKUBE_WANTUPDATENOTIFICATION=false", "MINIKUBE_WANTREPORTERRORPROMPT=false", "CHANGE_MINIKUBE_NONE_USER=true",
	"MINIKUBE_WANTNONEDRIVERWARNING=false", "MINIKUBE_IN_STYLE=false", "MINIKUBE_HOME=" + home, "HOME=/root",
	"KUBECONFIG=/etc/kubernetes/minikube.conf",
}

// arguments ask for the same cluster as the native bootstrapper's: version, networks, names in the
// certificate.
func arguments(version string, names pki.Names) []string {
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
		"--cni=false",            // the network of pods is the node's, as with the native bootstrapper
		"--install-addons=false", // their images would have to be pulled
		"--wait=none",            // the boot checks afterwards what has to be ready, for both alike
		"--extra-config=kubelet.resolv-conf=/etc/kubernetes/resolv.conf",
		// a container on a shared host has no CAP_SYS_RESOURCE, and maybe cgroup v1
		"--feature-gates=KubeletInUserNamespace=true",
		"--extra-config=kubeadm.ignore-preflight-errors=SystemVerification",
	}
}
