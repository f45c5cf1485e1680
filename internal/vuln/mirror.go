package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// An entry is what the index needs to know of a vulnerability (OSV format).
type entry struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Affected []struct {
		Package struct {
			Name string `json:"name"` // of a module
		} `json:"package"`
		Ranges []struct {
			Events []struct {
				Fixed string `json:"fixed"`
			} `json:"events"`
		} `json:"ranges"`
	} `json:"affected"`
}

// A module is an entry of index/modules.json (go.dev/doc/security/vuln/database).
type module struct {
	Path  string `json:"path"`
	Vulns []vuln `json:"vulns"`
}

type vuln struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Fixed    string    `json:"fixed,omitempty"`
}

// mirror lays out a database in dir.
func mirror(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", offline)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go mod download %s: %w: %s", offline, err, out)
	}
	var source struct {
		Dir     string `json:"Dir"`
		Version string `json:"Version"`
	}
	if err := json.Unmarshal(out, &source); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(source.Dir, "data", "osv", "*.json"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s has no entries in data/osv", offline)
	}
	for _, sub := range []string{"ID", "index"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	modules := map[string]*module{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		e.index(modules)
		if err := os.WriteFile(filepath.Join(dir, "ID", filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	sorted := slices.SortedFunc(maps.Values(modules), func(a, b *module) int { return cmp.Compare(a.Path, b.Path) })
	if err := write(filepath.Join(dir, "index", "modules.json"), sorted); err != nil {
		return err
	}
	return write(filepath.Join(dir, "index", "db.json"), map[string]time.Time{"modified": commitTime(source.Version)})
}

// commitTime is the time in a version such as v0.0.0-20261105234957-e22db6528018:
// the entries themselves have none.
func commitTime(version string) time.Time {
	_, rest, _ := strings.Cut(version, "-")
	stamp, _, _ := strings.Cut(rest, "-")
	t, err := time.Parse("20060102150405", stamp)
	if err != nil {
		return time.Time{}
	}
	return t
}

// index enters a vulnerability at every module that has it, with the version
// that mends it everywhere.
func (e *entry) index(modules map[string]*module) {
	fixed := map[string]string{}
	for _, a := range e.Affected {
		name, last := a.Package.Name, ""
		for _, r := range a.Ranges {
			for _, event := range r.Events {
				if event.Fixed != "" {
					last = event.Fixed
				}
			}
		}
		fixed[name] = last
	}
	for name, version := range fixed {
		m := modules[name]
		if m == nil {
			m = &module{Path: name}
			modules[name] = m
		}
		m.Vulns = append(m.Vulns, vuln{e.ID, e.Modified, version})
	}
}

func write(file string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
