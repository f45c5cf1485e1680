// Package skills serves Agent Skills, folders with instructions for models, from
// a file system: the extension io.modelcontextprotocol/skills of MCP 2026-07-28.
//
//	//go:embed skills
//	var files embed.FS
//
//	sub, err := fs.Sub(files, "skills")
//	…
//	err = skills.Register(s, sub, nil)
//
// Every folder with a file SKILL.md is a skill, whose name is that of the folder.
// SKILL.md begins with YAML between two lines of ---, with name and description
// at least (https://agentskills.io/specification). Clients of earlier revisions,
// and those without the extension, read the files as ordinary resources.
package skills
