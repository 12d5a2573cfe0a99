package unit

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Load states, as `systemctl` prints them.
const (
	Loaded   = "loaded"
	NotFound = "not-found"
	Masked   = "masked"
	Bad      = "error"
)

// The folders of units. The first one that has a name wins (systemd.unit(5)). It also holds the links of
// enabled and masked units.
const configured = "/etc/systemd/system"

var folders = []string{configured, "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"}

// Unit is a unit as it is on disk now. Nothing keeps an older state, so reading it always is as after a
// daemon-reload.
type Unit struct {
	Name    string // including the suffix
	Load    string
	Path    string
	DropIns []string
	Service Service
	// Err says why a unit cannot be used if Load is Bad.
	Err error
}

// FullName adds the suffix that systemctl lets users omit: `kubelet` is `kubelet.service`.
func FullName(name string) string {
	for _, suffix := range []string{".service", ".socket", ".target", ".timer", ".mount", ".slice"} {
		if strings.HasSuffix(name, suffix) {
			return name
		}
	}
	return name + ".service"
}

// Disk is the file system with the unit files. Root is "/" except in tests.
type Disk struct{ Root string }

func (d Disk) at(path string) string { return filepath.Join(d.Root, path) }

// Find reads a unit with its drop-ins.
func (d Disk) Find(name string) Unit {
	u := Unit{Name: FullName(name), Load: NotFound}
	path, found := d.lookUp(u.Name)
	if !found {
		return u
	}
	if d.isMask(path) {
		u.Load, u.Path = Masked, path
		return u
	}
	u.Load, u.Path, u.DropIns = Loaded, path, d.dropIns(u.Name)
	var settings []setting
	for _, file := range append([]string{path}, u.DropIns...) {
		content, err := os.ReadFile(d.at(file))
		if err == nil {
			var more []setting
			more, err = parse(string(content))
			settings = append(settings, more...)
		}
		if err != nil {
			u.Load, u.Err = Bad, fmt.Errorf("%s: %w", file, err)
			return u
		}
	}
	if u.Service, u.Err = newService(settings); u.Err != nil {
		u.Load = Bad
	}
	return u
}

func (d Disk) lookUp(name string) (string, bool) {
	for _, folder := range folders {
		path := filepath.Join(folder, name)
		if _, err := os.Lstat(d.at(path)); err == nil {
			return path, true
		}
	}
	return "", false
}

// isMask is true for a link to /dev/null and for an empty file.
func (d Disk) isMask(path string) bool {
	if target, err := os.Readlink(d.at(path)); err == nil {
		return target == os.DevNull
	}
	info, err := os.Stat(d.at(path))
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}

// dropIns returns the files NAME.d/*.conf of all folders, sorted by name. If a name exists twice, the first
// folder wins.
func (d Disk) dropIns(name string) []string {
	byName := map[string]string{}
	for _, folder := range folders {
		paths, err := filepath.Glob(d.at(filepath.Join(folder, name+".d", "*.conf")))
		if err != nil {
			continue // only a bad pattern gives an error
		}
		for _, path := range paths {
			base := filepath.Base(path)
			if _, seen := byName[base]; !seen {
				byName[base] = filepath.Join(folder, name+".d", base)
			}
		}
	}
	var files []string
	for _, base := range slices.Sorted(maps.Keys(byName)) {
		if !d.isMask(byName[base]) {
			files = append(files, byName[base])
		}
	}
	return files
}

// exists is also true for a dangling link.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
