// Package volumes makes a directory of the node for each claim on a class of ours, and removes it when the claim is gone.
package volumes

import "path/filepath"

const (
	// Provisioner is what a StorageClass names to get its volumes from here.
	Provisioner = "istio-ci.dev/directory"
	// root is on the disk that emptyDir volumes are on; like them, it does not outlive the cluster.
	root = "/var/lib/kubelet/istio-ci-volumes"
	// provisionerOf is what Kubernetes' volume controller writes on a claim when it is time to make the volume, after the scheduler has
	// chosen a node where the class asks for that.
	provisionerOf = "volume.kubernetes.io/storage-provisioner"
	// madeBy is what a provisioner writes on its volumes.
	madeBy = "pv.kubernetes.io/provisioned-by"
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

// plan is what has to be done about the claims and volumes that there are.
type plan struct {
	make   []wanted
	refuse []refusal
	remove []string // names of volumes
}

// wanted is a volume to make.
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
		if v.Metadata.Annotations[madeBy] == Provisioner && v.Status.Phase == "Released" && v.Spec.PersistentVolumeReclaimPolicy == "Delete" {
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
		if c.Metadata.Annotations[provisionerOf] != Provisioner || c.Status.Phase != "Pending" || c.Spec.VolumeName != "" || there[name] || !known {
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

// impossible says why no directory can be what the claim asks for, or nothing.
func (c claim) impossible() string {
	switch {
	case c.Spec.VolumeMode == "Block":
		return "a directory is no block device: ask for volumeMode Filesystem"
	case c.Spec.DataSource != nil || c.Spec.DataSourceRef != nil:
		return "volumes of this class start empty: they cannot be made from a dataSource"
	}
	return ""
}
