package main

import (
	"context"
	"fmt"
	"os"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/ociimage"
	"istio-ci/node/internal/seed"
)

func makeSeed(ctx context.Context, arguments []string) error {
	if len(arguments) != 2 {
		return failure.Usage("seed needs a folder of manifests and the file to write.")
	}
	count, err := seed.Make(ctx, arguments[0], arguments[1])
	if err != nil {
		return err
	}
	fmt.Printf("%d objects are in %s\n", count, arguments[1])
	return nil
}

func packImage(_ context.Context, arguments []string) error {
	if len(arguments) != 3 {
		return failure.Usage("pack needs an image reference, the pause program and the file to write.")
	}
	program, err := ociimage.FromDisk("pause", arguments[1])
	if err != nil {
		return err
	}
	archive, err := os.Create(arguments[2])
	if err != nil {
		return err
	}
	defer archive.Close()
	return ociimage.Write(archive, ociimage.Image{
		Reference: arguments[0], Layers: []*ociimage.Layer{{Files: []ociimage.File{program}}},
		Entrypoint: []string{"/pause"}, User: "65535:65535",
	})
}
