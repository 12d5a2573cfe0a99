package unit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// State returns what `systemctl is-enabled` prints.
func (d Disk) State(u Unit) string {
	switch {
	case u.Load == NotFound || u.Load == Masked:
		return u.Load
	case len(d.wants(u.Name)) > 0:
		return "enabled"
	case len(u.Service.WantedBy) == 0:
		return "static"
	}
	return "disabled"
}

func (d Disk) wants(name string) []string {
	links, err := filepath.Glob(d.at(filepath.Join(configured, "*.wants", name)))
	if err != nil {
		return nil
	}
	return links
}

// Enable creates the links that the unit's [Install] section asks for, and returns what systemctl prints
// about each.
func (d Disk) Enable(u Unit) ([]string, error) {
	var messages []string
	for _, target := range u.Service.WantedBy {
		link := filepath.Join(configured, target+".wants", u.Name)
		if exists(d.at(link)) {
			continue
		}
		if err := d.link(link, u.Path); err != nil {
			return messages, err
		}
		messages = append(messages, created(link, u.Path))
	}
	return messages, nil
}

// Disable removes those links.
func (d Disk) Disable(u Unit) ([]string, error) { return d.remove(d.wants(u.Name)...) }

// Mask links the unit to /dev/null. Like systemctl, it fails if /etc/systemd/system has a file of that name.
func (d Disk) Mask(u Unit) ([]string, error) {
	if u.Load == Masked {
		return nil, nil
	}
	link := filepath.Join(configured, u.Name)
	if exists(d.at(link)) {
		return nil, fmt.Errorf("File '%s' already exists", link)
	}
	if err := d.link(link, os.DevNull); err != nil {
		return nil, err
	}
	return []string{created(link, os.DevNull)}, nil
}

// Unmask removes that link again.
func (d Disk) Unmask(u Unit) ([]string, error) {
	if u.Load != Masked || filepath.Dir(u.Path) != configured {
		return nil, nil
	}
	if _, err := os.Readlink(d.at(u.Path)); err != nil {
		return nil, nil // an empty file also masks, and stays
	}
	return d.remove(d.at(u.Path))
}

func (d Disk) link(link, target string) error {
	if err := os.MkdirAll(filepath.Dir(d.at(link)), 0o755); err != nil {
		return err
	}
	return os.Symlink(target, d.at(link))
}

func (d Disk) remove(links ...string) ([]string, error) {
	var messages []string
	for _, link := range links {
		if err := os.Remove(link); err != nil {
			return messages, err
		}
		messages = append(messages, "Removed '/"+strings.TrimPrefix(strings.TrimPrefix(link, d.Root), "/")+"'.")
	}
	return messages, nil
}

func created(link, target string) string {
	return "Created symlink '" + link + "' → '" + target + "'."
}
