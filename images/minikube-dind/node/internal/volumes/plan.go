// Package volumes creates a directory of the node for each claim on its StorageClass, and removes it after
// the claim is deleted.
package volumes

import "path/filepath"

const (
	// Provisioner is the name in StorageClasses whose volumes come from here.
	Provisioner = "istio-ci.dev/directory"
	// root is on the same disk as emptyDir volumes. Like them, it does not outlive the cluster.
	root = "/var/lib/kubelet/istio-ci-volumes"
	// provisionerAnnotation is set on a claim by Kubernetes' volume controller when the volume shall be
	// created: after scheduling, if the class asks for that.
	provisionerAnnotation = "volume.kubernetes.io/storage-provisioner"
	// provisionedByAnnotation is set on volumes by their provisioner.
	provisionedByAnnotation = "pv.kubernetes.io/provisioned-by"
)

type meta struct {
	Namespace, Name, UID, ResourceVersion string
	Annotations                           map[string]string
}

type claim struct {
	Metadata meta
	Spec     struct {
		AccessModes                              []string
		Resources                                struct{ Requests map[string]string }
		StorageClassName, VolumeMode, VolumeName string
		DataSource, DataSourceRef                any
	}
	Status struct{ Phase string }
}

type volume struct {
	Metadata meta
	Spec     struct{ PersistentVolumeReclaimPolicy string }
	Status   struct{ Phase string }
}

type class struct {
	Metadata      meta
	ReclaimPolicy string
}

// plan is what has to be done for the current claims and volumes.
type plan struct {
	make   []wanted
	refuse []refusal
	remove []string // names of volumes
}

// wanted is a volume to create.
type wanted struct {
	claim   claim
	name    string
	reclaim string
}

// refusal is a claim that no directory can satisfy.
type refusal struct {
	claim  claim
	reason string
}

func directory(volume string) string { return filepath.Join(root, volume) }

func decide(claims []claim, volumes []volume, classes []class) plan {
	var p plan
	there := map[string]bool{}
	for _, v := range volumes {
		there[v.Metadata.Name] = true
		if v.Metadata.Annotations[provisionedByAnnotation] == Provisioner && v.Status.Phase == "Released" && v.Spec.PersistentVolumeReclaimPolicy == "Delete" {
			p.remove = append(p.remove, v.Metadata.Name)
		}
	}
	reclaim := map[string]string{}
	for _, c := range classes {
		reclaim[c.Metadata.Name] = c.ReclaimPolicy
	}
	for _, c := range claims {
		name := "pvc-" + c.Metadata.UID
		policy, known := reclaim[c.Spec.StorageClassName]
		if c.Metadata.Annotations[provisionerAnnotation] != Provisioner || c.Status.Phase != "Pending" || c.Spec.VolumeName != "" || there[name] || !known {
			continue
		}
		if reason := c.impossible(); reason != "" {
			p.refuse = append(p.refuse, refusal{c, reason})
			continue
		}
		p.make = append(p.make, wanted{claim: c, name: name, reclaim: policy})
	}
	return p
}

// impossible returns why no directory can satisfy the claim, or "".
func (c claim) impossible() string {
	switch {
	case c.Spec.VolumeMode == "Block":
		return "a directory cannot be a block device: ask for volumeMode Filesystem"
	case c.Spec.DataSource != nil || c.Spec.DataSourceRef != nil:
		return "volumes of this class start empty: they cannot be made from a dataSource"
	}
	return ""
}
