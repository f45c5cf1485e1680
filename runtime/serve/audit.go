package serve

import (
	"errors"
	"io"
	"os"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

// audit opens the audit log. Its file is closed with what Defer has been given.
func (c *Config) audit(std Stdio) error {
	if c.AuditRequired && c.AuditLog == "" && c.Guard.Audit == nil {
		return &ConfigError{field("audit-required"), errors.New("there is no log that calls could be recorded in: " + field("audit-log") + " names one")}
	}
	if c.AuditLog == "" {
		return nil
	}
	w, err := c.auditTo(std)
	if err != nil {
		return &ConfigError{field("audit-log"), err}
	}
	o := guard.AuditOptions{Required: c.AuditRequired, Instance: c.Instance}
	if c.AuditKey != "" {
		o.Key = []byte(c.AuditKey)
	}
	c.Guard.Audit = guard.NewAudit(w, o)
	return nil
}

func (c *Config) auditTo(std Stdio) (io.Writer, error) {
	if c.AuditLog == "-" {
		return std.Err, nil
	}
	f, err := os.OpenFile(c.AuditLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	if !c.networked() && isFile(std.Out, f) {
		_ = f.Close() // nothing was written
		return nil, errors.New(c.AuditLog + " is the standard output, which belongs to the protocol: name another file, or - for the standard error")
	}
	c.Defer(func() { _ = f.Close() }) // every line has been written
	return f, nil
}

// isFile reports whether what is written to w gets into f.
func isFile(w io.Writer, f *os.File) bool {
	out, ok := w.(*os.File)
	if !ok {
		return false
	}
	one, errOne := out.Stat()
	other, errOther := f.Stat()
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}
