package gen

import (
	"go/token"
	"path/filepath"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/contract"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// ContractFile is the name of the file beside mcp_gen.go that says what a package
// offers.
const ContractFile = contract.FileName

// A Contract is a file with what a package offered once.
type Contract struct {
	// Path is where the file is, or was in another revision: beside the source of
	// its package.
	Path string
	// Content is what ContractFile held.
	Content []byte
}

// Compare finds out in what the packages of the result break callers of older
// contracts, and sets Result.Breaking. A package that is gone, with its source,
// breaks them too; one that was not matched is left alone. Contracts that cannot
// be read, or none at all, are added to Result.Diagnostics.
func (r *Result) Compare(before []Contract) {
	var found, wrong diag.List
	for _, b := range before {
		old, err := contract.Decode(b.Content)
		if err != nil {
			wrong.Add(token.Position{Filename: b.Path, Line: 1, Column: 1}, diag.LockForm,
				"give a file that mcpgen wrote", "the contract cannot be read: %v", err)
			continue
		}
		i := slices.IndexFunc(r.contracts, func(c *contract.Contract) bool { return c.Package == old.Package })
		switch {
		case i >= 0:
			found = append(found, contract.Compare(old, r.contracts[i])...)
		case r.matched[old.Package] || !hasSource(filepath.Dir(b.Path)):
			found = append(found, contract.Compare(old, nil)...)
		}
	}
	if len(before) == 0 {
		wrong.Add(token.Position{}, diag.NoContract, "commit "+ContractFile+" first, or name a file",
			"there is no %s to compare with", ContractFile)
	}
	r.Breaking = append(r.Breaking, r.publish(found)...)
	r.Diagnostics = append(r.Diagnostics, r.publish(wrong)...)
}

func hasSource(dir string) bool {
	sources, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is good
	return len(sources) > 0
}
