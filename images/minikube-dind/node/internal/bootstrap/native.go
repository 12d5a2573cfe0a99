package bootstrap

import (
	"context"

	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/seed"
)

// nativeBootstrapper runs Kubernetes as processes under s6: nothing is pulled, no static pods, no kubeadm.
var nativeBootstrapper = Bootstrapper{
	Name:  "native",
	Check: func() error { return nil },
	setUp: steps(writeIdentities, writeDockerCertificates, writeNodeFiles(corefile)),
	phases: []phase{
		{name: "containerd", log: logFile("containerd"), limit: short,
			run: steps(up("containerd"), await(containerdListens), importPause)},
		{name: "docker", log: logFile("docker"), limit: long,
			run: steps(up("docker"), await(dockerAnswers)), check: dockerAnswers},
		{name: "etcd", log: logFile("etcd"), limit: short,
			run: steps(up("etcd"), await(etcdAnswers), loadSeed)},
		{name: "serving", after: []string{"etcd"}, log: logFile("kube-apiserver"), limit: long,
			run: steps(up("kube-apiserver"), await(apiServing))},
		{name: "api", after: []string{"serving"}, log: logFile("kube-apiserver"), limit: long,
			run: await(apiReady), check: apiReady},
		{name: "node", after: []string{"containerd", "serving"}, log: logFile("kubelet"), limit: long,
			run: steps(up("kubelet", "kube-scheduler"), await(nodeReady)), check: nodeReady},
		{name: "serviceaccount", after: []string{"serving"}, log: logFile("kube-controller-manager"), limit: long,
			run: steps(up("kube-controller-manager"), await(serviceAccountReady)), check: serviceAccountReady},
		{name: "dns", after: []string{"serving"}, log: logFile("coredns"), limit: long,
			run: steps(up("coredns", "kube-proxy"), await(dnsAnswersSoon)), check: dnsAnswers},
	},
	startControllers: up(controllers),
}

func etcdAnswers(ctx context.Context, _ *cluster) error { return ready.EtcdAnswers(ctx) }

func loadSeed(ctx context.Context, _ *cluster) error {
	_, err := seed.Load(ctx, seed.Etcd(ready.EtcdURL), seed.Path)
	return err
}

func apiServing(ctx context.Context, c *cluster) error { return c.admin.Serving(ctx) }
