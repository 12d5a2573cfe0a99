package ociimage

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// libraryFolders are the default search path of Debian's dynamic linker, the multi-arch folders first.
var libraryFolders = []string{"/usr/lib/*-linux-gnu", "/lib/*-linux-gnu", "/usr/lib", "/lib64", "/lib"}

// WithLibraries returns the programs and all shared libraries that they need, each at its own path.
func WithLibraries(programs ...string) ([]File, error) {
	var files []File
	seen := map[string]bool{}
	waiting := append([]string{}, programs...)
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		file, err := FromDisk(strings.TrimPrefix(path, "/"), path)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		needed, err := dependencies(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		waiting = append(waiting, needed...)
	}
	return files, nil
}

// dependencies returns the dynamic linker and the libraries that an ELF file names.
func dependencies(path string) ([]string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var paths []string
	for _, segment := range f.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		name := make([]byte, segment.Filesz)
		if _, err := segment.ReadAt(name, 0); err != nil {
			return nil, err
		}
		paths = append(paths, strings.TrimRight(string(name), "\x00"))
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	for _, library := range libraries {
		found, err := findLibrary(library)
		if err != nil {
			return nil, err
		}
		paths = append(paths, found)
	}
	return paths, nil
}

func findLibrary(name string) (string, error) {
	for _, folder := range libraryFolders {
		matches, err := filepath.Glob(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		if len(matches) > 0 {
			return matches[0], nil
		}
	}
	return "", fmt.Errorf("the library %s: %w", name, os.ErrNotExist)
}
