package analyzer

import (
	"go/token"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mcpgen/mcpgen/internal/diag"
)

func newDirectives(scanned *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "mcpdirectives",
		Doc: "report mistakes in //mcp: directives and in what they describe\n\n" +
			"These are the mistakes that mcpgen would report: unknown directives and arguments,\n" +
			"types without a JSON form, defaults that break their own rules, names that clients refuse.",
		URL:              "https://github.com/mcpgen/mcpgen/blob/main/docs/annotations.md",
		Requires:         []*analysis.Analyzer{scanned},
		RunDespiteErrors: true,
		Run: func(pass *analysis.Pass) (any, error) {
			found, ok := pass.ResultOf[scanned].(*scannedPackage)
			if ok {
				reportAll(pass, found.diags)
			}
			return nil, nil
		},
	}
}

// reportAll reports what the generator found. What is in the file of another
// package is told at the package clause.
func reportAll(pass *analysis.Pass, diags diag.List) {
	for _, d := range diags {
		from := place(pass, d.Pos)
		message := d.What
		if from == token.NoPos {
			from = pass.Files[0].Package
			if d.Pos.Filename != "" {
				message = d.Pos.String() + ": " + message
			}
		}
		if d.Fix != "" {
			message += ": " + d.Fix
		}
		report := finding(from, place(pass, d.End), d.Code, message)
		report.SuggestedFixes = rewording(pass, report, d.Fix)
		pass.Report(report)
	}
}

// rewording offers the nearest known word in place of one that is not known. It
// is offered where the message is about exactly one word.
func rewording(pass *analysis.Pass, d analysis.Diagnostic, fix string) []analysis.SuggestedFix {
	word, ok := strings.CutPrefix(fix, "did you mean ")
	word, asked := strings.CutSuffix(word, "?")
	if !ok || !asked || d.End <= d.Pos {
		return nil
	}
	old, ok := sourceText(pass, d.Pos, d.End)
	if !ok || strings.ContainsAny(old, " \t\n") {
		return nil
	}
	if strings.HasPrefix(old, "//") {
		word = "//" + word
	}
	return []analysis.SuggestedFix{{
		Message:   "write " + word,
		TextEdits: []analysis.TextEdit{{Pos: d.Pos, End: d.End, NewText: []byte(word)}},
	}}
}

// sourceText gives the text between two places of one file.
func sourceText(pass *analysis.Pass, from, to token.Pos) (string, bool) {
	file := pass.Fset.File(from)
	if file == nil || to > token.Pos(file.Base()+file.Size()) {
		return "", false
	}
	read := pass.ReadFile
	if read == nil {
		read = os.ReadFile
	}
	src, err := read(file.Name())
	if err != nil || file.Offset(to) > len(src) {
		return "", false
	}
	return string(src[file.Offset(from):file.Offset(to)]), true
}
