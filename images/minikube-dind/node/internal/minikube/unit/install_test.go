package unit

import (
	"slices"
	"testing"
)

func TestASocketIsEnabledByItsOwnInstallSection(t *testing.T) {
	d := disk(t, map[string]string{
		"/usr/lib/systemd/system/docker.socket": "[Socket]\nListenStream=/run/docker.sock\n[Install]\nWantedBy=sockets.target\n",
	})
	u := d.Find("docker.socket")
	if _, err := d.Enable(u); err != nil || d.State(u) != "enabled" {
		t.Errorf("%s, %v", d.State(u), err)
	}
}

func TestUnmaskKeepsAnEmptyFile(t *testing.T) {
	d := disk(t, map[string]string{"/etc/systemd/system/x.service": ""})
	u := d.Find("x")
	if messages, err := d.Unmask(u); err != nil || messages != nil || d.Find("x").Load != Masked {
		t.Errorf("%s, %q, %v", u.Load, messages, err)
	}
}

func TestMaskLinksToDevNull(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	messages, err := d.Mask(u)
	if err != nil || !slices.Equal(messages, []string{"Created symlink '/etc/systemd/system/kubelet.service' → '/dev/null'."}) {
		t.Fatalf("%q, %v", messages, err)
	}
	masked := d.Find("kubelet.service")
	if masked.Load != Masked || d.State(masked) != "masked" {
		t.Errorf("got %s", masked.Load)
	}
	messages, err = d.Unmask(masked)
	if err != nil || !slices.Equal(messages, []string{"Removed '/etc/systemd/system/kubelet.service'."}) {
		t.Errorf("%q, %v", messages, err)
	}
	if d.Find("kubelet").Load != Loaded {
		t.Error("it is still masked")
	}
}

func TestUnmaskingAnUnmaskedUnitDoesNothing(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	if messages, err := d.Unmask(u); err != nil || messages != nil || d.Find("kubelet").Load != Loaded {
		t.Errorf("%q, %v", messages, err)
	}
}

func TestEnableCreatesTheLinksOfTheInstallSection(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	if d.State(u) != "disabled" {
		t.Errorf("got %s", d.State(u))
	}
	link := "'/etc/systemd/system/multi-user.target.wants/kubelet.service'"
	messages, err := d.Enable(u)
	if err != nil || !slices.Equal(messages, []string{"Created symlink " + link + " → '/usr/lib/systemd/system/kubelet.service'."}) {
		t.Fatalf("%q, %v", messages, err)
	}
	if again, err := d.Enable(u); err != nil || again != nil || d.State(u) != "enabled" {
		t.Errorf("%q, %v, %s", again, err, d.State(u))
	}
	if messages, err = d.Disable(u); err != nil || !slices.Equal(messages, []string{"Removed " + link + "."}) || d.State(u) != "disabled" {
		t.Errorf("%q, %v, %s", messages, err, d.State(u))
	}
}
