package minikube

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"istio-ci/node/internal/ociimage"
	"istio-ci/node/internal/system"
)

const pauseBinary = "/usr/share/istio-ci/images/pause"

// ImportImages makes the images that kubeadm asks for from the node's own programs, under the names of their
// registry, and imports them into containerd. Nothing is pulled, and they take no room in the cluster's
// image.
func ImportImages(ctx context.Context, version string) error {
	list, err := system.Run(ctx, "kubeadm", "config", "images", "list", "--kubernetes-version", version)
	if err != nil {
		return err
	}
	images, err := kubeadmImages(strings.Fields(list))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "ctr", "--namespace", "k8s.io", "images", "import", "--local", "-")
	archive, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	writing := ociimage.Write(archive, images...)
	archive.Close()
	err = cmd.Wait()
	if err != nil {
		err = fmt.Errorf("ctr images import: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return errors.Join(writing, err)
}

// kubeadmImages returns the images that kubeadm asks for. The last part of a reference decides what is in it.
func kubeadmImages(references []string) ([]ociimage.Image, error) {
	kubernetes, err := kubernetesLayer()
	if err != nil {
		return nil, err
	}
	var images []ociimage.Image
	for _, reference := range references {
		name, _, _ := strings.Cut(path.Base(reference), ":")
		image := ociimage.Image{Reference: reference, Env: []string{"PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}}
		switch name {
		case "kube-apiserver", "kube-controller-manager", "kube-scheduler":
			image.Layers = []*ociimage.Layer{kubernetes}
		case "kube-proxy":
			iptables, err := iptablesLayer()
			if err != nil {
				return nil, err
			}
			image.Layers = []*ociimage.Layer{kubernetes, iptables}
		case "etcd", "coredns", "pause":
			source := filepath.Join(programFolder, name)
			if name == "pause" {
				source = pauseBinary
			}
			program, err := ociimage.FromDisk(name, source)
			if err != nil {
				return nil, err
			}
			// kubeadm runs etcd by its name alone
			image.Layers = []*ociimage.Layer{{Files: []ociimage.File{program, ociimage.Link("usr/local/bin/"+name, "/"+name)}}}
			image.Entrypoint = []string{"/" + name}
		default:
			return nil, fmt.Errorf("kubeadm asks for the image %s, and the node has no program for it", reference)
		}
		images = append(images, image)
	}
	return images, nil
}

func kubernetesLayer() (*ociimage.Layer, error) {
	binary, err := ociimage.FromDisk("usr/local/bin/kubernetes", filepath.Join(programFolder, "kubernetes"))
	if err != nil {
		return nil, err
	}
	layer := &ociimage.Layer{Files: []ociimage.File{binary}}
	for _, name := range []string{"kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler"} {
		layer.Files = append(layer.Files, ociimage.Link("usr/local/bin/"+name, "kubernetes"))
	}
	return layer, nil
}

// iptablesLayer holds the node's own iptables in the flavour that the node uses: two flavours on one node do
// not see each other's rules.
func iptablesLayer() (*ociimage.Layer, error) {
	program, err := filepath.EvalSymlinks("/usr/sbin/iptables")
	if err != nil {
		return nil, err
	}
	extensions, err := filepath.Glob("/usr/lib/*-linux-gnu/xtables/*.so")
	if err != nil {
		return nil, err
	}
	files, err := ociimage.WithLibraries(append([]string{program}, extensions...)...)
	if err != nil {
		return nil, err
	}
	for _, family := range []string{"iptables", "ip6tables"} {
		for _, tool := range []string{"", "-save", "-restore"} {
			files = append(files, ociimage.Link("usr/sbin/"+family+tool, filepath.Base(program)))
		}
	}
	return &ociimage.Layer{Files: files}, nil
}
