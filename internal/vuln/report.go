package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// A report is what govulncheck has found.
type report struct {
	modified time.Time // of the database
	goes     string    // the version of Go
	packages int       // that are linked
	titles   map[string]string
	findings map[string]*finding // by vulnerability
}

// A finding is one vulnerability of one module.
type finding struct {
	id, module, version, fixed string
	reach                      nearness
	at                         string // where the code here leads to it
}

// A nearness says how near the code here comes to a vulnerability.
type nearness int

// How near.
const (
	required nearness = iota // a module that is required has it
	imported                 // and so has a package that is linked
	called                   // and the code here leads to it
)

// stdlib is how findings name the standard library.
const stdlib = "stdlib"

// read reads what govulncheck -format json writes.
func read(r io.Reader) (*report, error) {
	out := &report{titles: map[string]string{}, findings: map[string]*finding{}}
	for d := json.NewDecoder(r); ; {
		var m struct {
			Config *struct {
				GoVersion  string    `json:"go_version"`
				DBModified time.Time `json:"db_last_modified"`
			} `json:"config"`
			SBOM *struct {
				Modules []struct{} `json:"modules"`
			} `json:"SBOM"`
			OSV *struct {
				ID      string `json:"id"`
				Summary string `json:"summary"`
			} `json:"osv"`
			Finding *struct {
				OSV   string `json:"osv"`
				Fixed string `json:"fixed_version"`
				Trace []struct {
					Module   string `json:"module"`
					Version  string `json:"version"`
					Package  string `json:"package"`
					Function string `json:"function"`
					Position struct {
						Filename string `json:"filename"`
						Line     int    `json:"line"`
					} `json:"position"`
				} `json:"trace"`
			} `json:"finding"`
		}
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("govulncheck: %w", err)
		}
		switch {
		case m.Config != nil:
			out.goes, out.modified = m.Config.GoVersion, m.Config.DBModified
		case m.SBOM != nil:
			out.packages = len(m.SBOM.Modules)
		case m.OSV != nil:
			out.titles[m.OSV.ID] = m.OSV.Summary
		case m.Finding != nil && len(m.Finding.Trace) > 0:
			first, last := m.Finding.Trace[0], m.Finding.Trace[len(m.Finding.Trace)-1]
			f := &finding{id: m.Finding.OSV, module: first.Module, version: first.Version, fixed: m.Finding.Fixed}
			switch {
			case first.Function != "":
				f.reach, f.at = called, fmt.Sprintf("%s:%d", last.Position.Filename, last.Position.Line)
			case first.Package != "":
				f.reach = imported
			}
			if old := out.findings[f.id]; old == nil || old.reach < f.reach {
				out.findings[f.id] = f
			}
		}
	}
	if out.goes == "" {
		return nil, errors.New("govulncheck has said nothing")
	}
	return out, nil
}

// modules counts the vulnerabilities of modules that are linked.
func (r *report) modules() (n int) {
	for _, f := range r.findings {
		if f.module != stdlib && f.reach >= imported {
			n++
		}
	}
	return n
}

// print lists them.
func (r *report) print(w io.Writer) {
	var text strings.Builder
	fmt.Fprintf(&text, "database of %s, %s, %d modules\n", r.modified.Format(time.DateOnly), r.goes, r.packages)
	var mended []string
	for _, id := range slices.Sorted(maps.Keys(r.findings)) {
		f := r.findings[id]
		if f.module == stdlib {
			if f.reach == called {
				mended = append(mended, f.fixed)
			}
			continue
		}
		fmt.Fprintf(&text, "%s  %s %s, mended in %s: %s", f.id, f.module, f.version, f.fixed, r.titles[f.id])
		switch f.reach {
		case called:
			fmt.Fprintf(&text, " (called from %s)\n", f.at)
		case imported:
			text.WriteString(" (linked)\n")
		default:
			text.WriteString(" (not linked)\n")
		}
	}
	fmt.Fprintf(&text, "%d vulnerabilities in modules that are linked\n", r.modules())
	if len(mended) > 0 {
		slices.SortFunc(mended, compareVersions)
		fmt.Fprintf(&text, "THE STANDARD LIBRARY OF %s has %d that code here leads to: build with go%s or newer\n",
			r.goes, len(mended), strings.TrimPrefix(mended[len(mended)-1], "v"))
	}
	_, _ = io.WriteString(w, text.String()) // nobody reads it
}

// compareVersions orders versions of Go.
func compareVersions(a, b string) int {
	number := func(v string) (n [3]int) {
		_, _ = fmt.Sscanf(strings.TrimPrefix(v, "v"), "%d.%d.%d", &n[0], &n[1], &n[2]) // what is missing is 0
		return n
	}
	x, y := number(a), number(b)
	return slices.Compare(x[:], y[:])
}
