package volumes

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"istio-ci/node/internal/kube"
)

const volumesPath = "/api/v1/persistentvolumes"

// Serve creates and removes volumes, now and after every change of a claim, volume or class, until the
// context ends.
func Serve(ctx context.Context, client *kube.Client, report func(error)) {
	paths := []string{"/api/v1/persistentvolumeclaims", volumesPath, "/apis/storage.k8s.io/v1/storageclasses"}
	reported := map[string]bool{} // claims whose refusal was reported
	client.Follow(ctx, report, paths, func(ctx context.Context, lists [][]byte) error {
		var (
			claims  struct{ Items []claim }
			volumes struct{ Items []volume }
			classes struct{ Items []class }
		)
		err := errors.Join(json.Unmarshal(lists[0], &claims), json.Unmarshal(lists[1], &volumes), json.Unmarshal(lists[2], &classes))
		if err != nil {
			return err
		}
		p := decide(claims.Items, volumes.Items, classes.Items)
		var errs []error
		for _, name := range p.remove {
			errs = append(errs, remove(ctx, client, name))
		}
		for _, w := range p.make {
			errs = append(errs, provision(ctx, client, w))
		}
		for _, r := range p.refuse {
			if uid := r.claim.Metadata.UID; !reported[uid] {
				reported[uid] = true
				errs = append(errs, client.RecordEvent(ctx, r.claim.reference(), "Warning", "ProvisioningFailed", r.reason))
			}
		}
		return errors.Join(errs...)
	})
}

func (c claim) reference() kube.Reference {
	m := c.Metadata
	return kube.Reference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: m.Namespace, Name: m.Name, UID: m.UID}
}

// provision creates the directory and then the volume, already bound to its claim.
func provision(ctx context.Context, client *kube.Client, w wanted) error {
	path := directory(w.name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o777); err != nil { // for any user in the pod
		return err
	}
	err := client.Create(ctx, volumesPath, map[string]any{
		"metadata": map[string]any{"name": w.name, "annotations": map[string]string{provisionedByAnnotation: Provisioner}},
		"spec": map[string]any{
			"capacity": w.claim.Spec.Resources.Requests, "accessModes": w.claim.Spec.AccessModes,
			"persistentVolumeReclaimPolicy": w.reclaim, "storageClassName": w.claim.Spec.StorageClassName,
			"claimRef": w.claim.reference(), "hostPath": map[string]string{"path": path, "type": "Directory"},
		},
	})
	if err != nil {
		return err
	}
	return client.RecordEvent(ctx, w.claim.reference(), "Normal", "ProvisioningSucceeded", "the volume is the node's directory "+path)
}

func remove(ctx context.Context, client *kube.Client, name string) error {
	if err := os.RemoveAll(directory(name)); err != nil {
		return err
	}
	return client.Delete(ctx, volumesPath+"/"+name)
}
