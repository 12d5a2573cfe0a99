package bootstrap

import (
	"context"
	"time"

	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/seed"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/system"
)

// native is Kubernetes as processes under s6: nothing is pulled, no static pods, no kubeadm.
var native = Bootstrapper{
	Phases: []string{Prepare, "containerd", "docker", "etcd", "serving", "api", "node", "serviceaccount", "dns"},
	Check:  func() error { return nil },
	Boot:   bootNative,
}

const (
	pauseImage  = "/usr/share/istio-ci/images/pause.tar"
	pauseBinary = "/usr/share/istio-ci/images/pause"
)

func bootNative(ctx context.Context, m Machine) error {
	admin, kubeconfig, err := writeIdentities(m, time.Now())
	if err != nil {
		return err
	}
	if err := writeNodeFiles(m, corefile(network.Nameservers(m.ResolvConf))); err != nil {
		return err
	}
	if err := connectPods(ctx); err != nil {
		return err
	}
	if err := runPhases(ctx, m, nativePhases(m, admin)); err != nil {
		return err
	}
	if err := finish(ctx, m, admin, kubeconfig); err != nil {
		return err
	}
	return service.Up(ctx, controllers) // nothing that has to be true waits for them
}

func nativePhases(m Machine, admin *kube.Client) []phase {
	const short, long = 30 * time.Second, 90 * time.Second
	up := func(services ...string) func(context.Context) error {
		return func(ctx context.Context) error { return service.Up(ctx, services...) }
	}
	await := func(check ready.Check) func(context.Context) error {
		return func(ctx context.Context) error { return ready.Await(ctx, m.poll(), check) }
	}
	dnsAttempt := m.Config.Limit(250 * time.Millisecond)
	return []phase{
		{name: "containerd", log: logOf("containerd"), limit: short, run: steps(
			up("containerd"), await(ready.ContainerdListens), importPause)},
		{name: "docker", log: logOf("docker"), limit: long, run: steps(
			up("docker"), await(ready.DockerAnswers(m.Config.Limit(ready.Attempt))))},
		{name: "etcd", log: logOf("etcd"), limit: short, run: steps(
			up("etcd"), await(ready.EtcdAnswers), loadSeed)},
		{name: "serving", after: []string{"etcd"}, log: logOf("kube-apiserver"), limit: long, run: steps(
			up("kube-apiserver"), await(admin.Serving))},
		{name: "api", after: []string{"serving"}, log: logOf("kube-apiserver"), limit: long, run: await(admin.Ready)},
		{name: "node", after: []string{"containerd", "serving"}, log: logOf("kubelet"), limit: long, run: steps(
			up("kubelet", "kube-scheduler"),
			await(func(ctx context.Context) error { return admin.NodeReady(ctx, m.Name) }))},
		{name: "serviceaccount", after: []string{"serving"}, log: logOf("kube-controller-manager"), limit: long, run: steps(
			up("kube-controller-manager"), await(admin.ServiceAccountReady))},
		{name: "dns", after: []string{"serving"}, log: logOf("coredns"), limit: long, run: steps(
			up("coredns", "kube-proxy"), await(ready.DNSAnswers(dnsAttempt)))},
	}
}

// steps is one after the other.
func steps(all ...func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, step := range all {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// importPause brings in the one image that the kubelet needs of its own accord: that of every pod's sandbox.
func importPause(ctx context.Context) error {
	_, err := system.Run(ctx, "ctr", "--namespace", "k8s.io", "images", "import", "--local", pauseImage)
	return err
}

func loadSeed(ctx context.Context) error {
	_, err := seed.Load(ctx, seed.Etcd(ready.EtcdURL), seed.Path)
	return err
}

func logOf(program string) string { return "/var/log/" + program + ".log" }
