package volumes

import "testing"

var classes = []class{
	{Metadata: meta{Name: "standard"}, ReclaimPolicy: "Delete"},
	{Metadata: meta{Name: "kept"}, ReclaimPolicy: "Retain"},
}

func pending(change func(*claim)) claim {
	c := claim{Metadata: meta{Namespace: "default", Name: "data", UID: "u1", Annotations: map[string]string{provisionerAnnotation: Provisioner}}}
	c.Spec.StorageClassName, c.Status.Phase = "standard", "Pending"
	change(&c)
	return c
}

func released(name, provisioner, policy, phase string) volume {
	v := volume{Metadata: meta{Name: name, Annotations: map[string]string{provisionedByAnnotation: provisioner}}}
	v.Spec.PersistentVolumeReclaimPolicy, v.Status.Phase = policy, phase
	return v
}

func TestAClaimGetsAVolumeWithThePolicyOfItsClass(t *testing.T) {
	for class, policy := range map[string]string{"standard": "Delete", "kept": "Retain"} {
		p := decide([]claim{pending(func(c *claim) { c.Spec.StorageClassName = class })}, nil, classes)
		if len(p.make) != 1 || p.make[0].name != "pvc-u1" || p.make[0].reclaim != policy {
			t.Errorf("%s: got %+v", class, p)
		}
	}
}

func TestClaimsThatNeedNoVolumeFromHereAreLeftAlone(t *testing.T) {
	for why, change := range map[string]func(*claim){
		"while its pod is not scheduled":   func(c *claim) { c.Metadata.Annotations = nil },
		"when it is another provisioner's": func(c *claim) { c.Metadata.Annotations = map[string]string{provisionerAnnotation: "example.com/x"} },
		"when it is bound":                 func(c *claim) { c.Status.Phase = "Bound" },
		"when it names its volume":         func(c *claim) { c.Spec.VolumeName = "mine" },
		"when its class is gone":           func(c *claim) { c.Spec.StorageClassName = "gone" },
	} {
		if p := decide([]claim{pending(change)}, nil, classes); len(p.make)+len(p.refuse) != 0 {
			t.Errorf("%s: got %+v", why, p)
		}
	}
}

func TestAVolumeIsCreatedOnce(t *testing.T) {
	there := []volume{released("pvc-u1", Provisioner, "Delete", "Available")}
	if p := decide([]claim{pending(func(*claim) {})}, there, classes); len(p.make)+len(p.remove) != 0 {
		t.Errorf("got %+v", p)
	}
}

func TestAClaimThatNoDirectoryCanSatisfyIsRefusedWithAReason(t *testing.T) {
	for what, change := range map[string]func(*claim){
		"a block device": func(c *claim) { c.Spec.VolumeMode = "Block" },
		"a copy":         func(c *claim) { c.Spec.DataSource = map[string]any{"kind": "PersistentVolumeClaim"} },
	} {
		p := decide([]claim{pending(change)}, nil, classes)
		if len(p.make) != 0 || len(p.refuse) != 1 || p.refuse[0].reason == "" {
			t.Errorf("%s: got %+v", what, p)
		}
	}
}

func TestOnlyAReleasedVolumeFromHereWithPolicyDeleteIsRemoved(t *testing.T) {
	p := decide(nil, []volume{
		released("gone", Provisioner, "Delete", "Released"),
		released("bound", Provisioner, "Delete", "Bound"),
		released("retained", Provisioner, "Retain", "Released"),
		released("foreign", "example.com/x", "Delete", "Released"),
	}, classes)
	if len(p.remove) != 1 || p.remove[0] != "gone" {
		t.Errorf("got %v", p.remove)
	}
}
